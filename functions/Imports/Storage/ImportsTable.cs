using System.Text;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>An import as it was read.</summary>
public sealed record StoredImport(ImportRecord Record, ETag ETag);

/// <summary>
/// Imports. Table: <c>Imports</c>. PK: <c>{env}</c>. RK: import id, 32 hex digits; outbox rows beside them begin with
/// <c>o|</c>, lanes with <c>lane|</c>.
/// Example: <c>live</c>, <c>9f86…</c>, Document = the <see cref="ImportRecord"/> as JSON.
/// Queries: one import by id; all imports of an environment (RK from 0 up to g), for lists.
/// </summary>
public sealed class ImportsTable(StorageAccount storage, Outbox outbox, TimeProvider clock)
{
    /// <summary>The table.</summary>
    public const string TableName = "Imports";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One import, or null.</summary>
    public async Task<StoredImport?> FindAsync(AppEnvironment env, string importId, CancellationToken cancel) =>
        await RowAsync(env, importId, cancel) is { } row ? new StoredImport(ToRecord(row), row.ETag) : null;

    /// <summary>One import that an activity works for; it must be there.</summary>
    public async Task<ImportRecord> GetAsync(AppEnvironment env, string importId, CancellationToken cancel) =>
        (await FindAsync(env, importId, cancel))?.Record
        ?? throw new InvalidOperationException($"There is no import {importId}.");

    /// <summary>Adds an import; false when it is there already.</summary>
    public Task<bool> AddAsync(ImportRecord import, CancellationToken cancel) =>
        _table.TryInsertAsync(Fill(new TableEntity(import.Environment.Name(), import.ImportId), import), cancel);

    /// <summary>A page of the imports of an environment, in the order of their ids.</summary>
    public async Task<Shared.Http.Page<ImportRecord>> ListAsync(
        AppEnvironment env, string? after, int limit, CancellationToken cancel)
    {
        var filter = TableRows.Range(env.Name(), after is null ? "0" : after + "!", "g");
        var found = new List<ImportRecord>();
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, limit + 1, cancellationToken: cancel))
        {
            found.Add(ToRecord(row));
            if (found.Count > limit) break;
        }

        var more = found.Count > limit;
        if (more) found.RemoveAt(limit);
        return new Shared.Http.Page<ImportRecord>(found, more ? Cursor.Write(found[^1].ImportId) : null);
    }

    /// <summary>Changes an import by what it is now; null from <paramref name="change"/> leaves it.
    /// Fails with: not-found, contention, and what <paramref name="change"/> fails with.</summary>
    public Task<Result<ImportRecord>> ChangeAsync(
        AppEnvironment env, string importId, Func<ImportRecord, Result<ImportRecord>> change,
        CancellationToken cancel) =>
        Contention.RetryAsync<ImportRecord>(async c =>
        {
            if (await RowAsync(env, importId, c) is not { } row) return Error.NotFound("import");
            var before = ToRecord(row);
            if (!change(before).Try(out var after, out var error)) return error;
            if (after == before) return after;
            return await _table.TryReplaceAsync(Fill(row, after), row.ETag, c) ? (Result<ImportRecord>?)after : null;
        }, cancel);

    /// <summary>Ends an import and tells of it, in one transaction. An import that has ended stays as it is.</summary>
    public async Task EndAsync(
        AppEnvironment env, string importId, Func<ImportRecord, ImportRecord> end, CancellationToken cancel)
    {
        var ended = await Contention.RetryAsync<bool>(async c =>
        {
            if (await RowAsync(env, importId, c) is not { } row) return true;
            var before = ToRecord(row);
            if (before.HasEnded) return true;
            var place = Place(before);
            if (Outbox.NeedsMark(row)) await outbox.MarkAsync(place, c);
            var after = end(before) with { FinishedAt = clock.GetUtcNow() };
            var batch = new TableBatch(_table, row.PartitionKey);
            Outbox.Append(batch, place, env, Fill(row, after), Finished(after));
            await batch.Replace(row, row.ETag).CommitAsync(c);
            return true;
        }, cancel);
        if (!ended.IsOk) throw new InvalidOperationException($"The import {importId} could not be ended.");
    }

    private static OutboxPlace Place(ImportRecord import) => new(
        TableName, import.Environment.Name(), import.ImportId, new Aggregate("import", import.ImportId));

    private static DomainEvent Finished(ImportRecord import) => DomainEvent.Of(
        new ImportFinished(import.ImportId, import.Kind, import.Application, import.State, import.Counts),
        import.FinishedAt!.Value, import.ImportId);

    private Task<TableEntity?> RowAsync(AppEnvironment env, string importId, CancellationToken cancel) =>
        IsId(importId) ? _table.FindAsync(env.Name(), importId, cancel) : Task.FromResult<TableEntity?>(null);

    private static bool IsId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);

    private static TableEntity Fill(TableEntity row, ImportRecord import)
    {
        row.SetDocument("Document", Encoding.UTF8.GetBytes(Json.Write(import)));
        return row;
    }

    private static ImportRecord ToRecord(TableEntity row) =>
        Json.Read<ImportRecord>(Encoding.UTF8.GetString(row.GetDocument("Document")!));
}
