using System.Runtime.CompilerServices;
using System.Text;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Exports.Storage;

/// <summary>
/// Exports. Table: <c>Exports</c>. PK: <c>{env}</c>. RK: export id, 32 hex digits; outbox rows beside them begin with
/// <c>o|</c>. Example: <c>live</c>, <c>9f86…</c>, Document = the <see cref="ExportRecord"/> as JSON.
/// Queries: one export by id; all exports of an environment.
/// </summary>
public sealed class ExportsTable(StorageAccount storage, Outbox outbox)
{
    /// <summary>The table.</summary>
    public const string TableName = "Exports";

    private const int IdLength = 32;
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One export, or null.</summary>
    public async Task<ExportRecord?> FindAsync(AppEnvironment env, string exportId, CancellationToken cancel) =>
        await RowAsync(env, exportId, cancel) is { } row ? ToRecord(row) : null;

    /// <summary>One export that an activity works for; it must be there.</summary>
    public async Task<ExportRecord> GetAsync(ExportRef export, CancellationToken cancel) =>
        await FindAsync(export.Environment, export.ExportId, cancel) ?? throw Missing(export);

    /// <summary>All exports of an environment, page by page.</summary>
    public async IAsyncEnumerable<ExportRecord> ReadAsync(
        AppEnvironment env, [EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableRows.Range(env.Name(), "0", "g");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            if (row.GetDocument("Document") is not null) yield return ToRecord(row);
    }

    /// <summary>Adds an export; false when it is there already.</summary>
    public Task<bool> AddAsync(ExportRecord export, CancellationToken cancel) =>
        _table.TryInsertAsync(Fill(new TableEntity(export.Environment.Name(), export.ExportId), export), cancel);

    /// <summary>Changes an export by what it is now, and answers it as it is then; the same one from
    /// <paramref name="change"/> leaves it. What ends it tells of the end, in one transaction.
    /// Fails with: contention, and what <paramref name="change"/> fails with.</summary>
    public Task<Result<ExportRecord>> ChangeAsync(
        ExportRef export, Func<ExportRecord, Result<ExportRecord>> change, CancellationToken cancel) =>
        Contention.RetryAsync<ExportRecord>(async c =>
        {
            var row = await RowAsync(export.Environment, export.ExportId, c) ?? throw Missing(export);
            var before = ToRecord(row);
            if (!change(before).Try(out var after, out var refusal)) return refusal;
            if (ReferenceEquals(after, before)) return after;
            if (before.HasEnded || !after.HasEnded)
            {
                await _table.UpdateEntityAsync(Fill(row, after), row.ETag, TableUpdateMode.Replace, c);
                return after;
            }

            var place = Place(before);
            if (Outbox.NeedsMark(row)) await outbox.MarkAsync(place, c);
            var batch = new TableBatch(_table, row.PartitionKey);
            Outbox.Append(batch, place, after.Environment, Fill(row, after), Finished(after));
            await batch.Replace(row, row.ETag).CommitAsync(c);
            return after;
        }, cancel);

    /// <summary>As <see cref="ChangeAsync"/>, where nothing may refuse: others who are faster for too long are a fault.
    /// </summary>
    public async Task<ExportRecord> DoChangeAsync(
        ExportRef export, Func<ExportRecord, ExportRecord> change, CancellationToken cancel)
    {
        var changed = await ChangeAsync(export, before => change(before), cancel);
        return changed.Error is { } error
            ? throw new StorageUnavailableException(new TimeoutException(error.Message))
            : changed.Value;
    }

    private static InvalidOperationException Missing(ExportRef export) => new($"There is no export {export.ExportId}.");

    private static OutboxPlace Place(ExportRecord export) => new(
        TableName, export.Environment.Name(), export.ExportId, new Aggregate("export", export.ExportId));

    private static DomainEvent Finished(ExportRecord export) => DomainEvent.Of(
        new ExportFinished(
            export.ExportId, export.Order.Kind, export.Application, export.State, export.File?.Rows),
        export.FinishedAt!.Value, export.ExportId);

    private Task<TableEntity?> RowAsync(AppEnvironment env, string exportId, CancellationToken cancel) =>
        exportId.Length == IdLength && exportId.All(char.IsAsciiHexDigitLower)
            ? _table.FindAsync(env.Name(), exportId, cancel)
            : Task.FromResult<TableEntity?>(null);

    private static TableEntity Fill(TableEntity row, ExportRecord export)
    {
        row.SetDocument("Document", Encoding.UTF8.GetBytes(Json.Write(export)));
        return row;
    }

    private static ExportRecord ToRecord(TableEntity row) =>
        Json.Read<ExportRecord>(Encoding.UTF8.GetString(row.GetDocument("Document")!));
}
