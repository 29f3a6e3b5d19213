using System.Text;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Exports.Storage;

/// <summary>
/// Exports. Table: <c>Exports</c>. PK: <c>{env}</c>. RK: export id, 32 hex digits; outbox rows beside them begin with
/// <c>o|</c>. Example: <c>live</c>, <c>9f86…</c>, Document = the <see cref="ExportRecord"/> as JSON.
/// Queries: one export by id; all exports of an environment.
/// </summary>
public sealed class ExportsTable(StorageAccount storage, Outbox outbox, TimeProvider clock)
{
    /// <summary>The table.</summary>
    public const string TableName = "Exports";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One export, or null.</summary>
    public async Task<ExportRecord?> FindAsync(AppEnvironment env, string exportId, CancellationToken cancel) =>
        await RowAsync(env, exportId, cancel) is { } row ? ToRecord(row) : null;

    /// <summary>One export that an activity works for; it must be there.</summary>
    public async Task<ExportRecord> GetAsync(ExportRef export, CancellationToken cancel) =>
        await FindAsync(export.Environment, export.ExportId, cancel)
        ?? throw new InvalidOperationException($"There is no export {export.ExportId}.");

    /// <summary>All exports of an environment, page by page.</summary>
    public async IAsyncEnumerable<ExportRecord> ReadAsync(
        AppEnvironment env, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableRows.Range(env.Name(), "0", "g");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            if (row.GetDocument("Document") is not null) yield return ToRecord(row);
    }

    /// <summary>Takes an export back; one that is at work fails at its end. Answers it as it is then.</summary>
    public async Task<ExportRecord> WithdrawAsync(ExportRef export, DateTimeOffset now, CancellationToken cancel)
    {
        var withdrawn = await Contention.RetryAsync<ExportRecord>(async c =>
        {
            var row = await RowAsync(export.Environment, export.ExportId, c)
                ?? throw new InvalidOperationException($"There is no export {export.ExportId}.");
            var after = ToRecord(row) with { WithdrawnAt = now, File = null };
            await _table.UpdateEntityAsync(Fill(row, after), row.ETag, TableUpdateMode.Replace, c);
            return after;
        }, cancel);
        return withdrawn.Error is { } error
            ? throw new StorageUnavailableException(new TimeoutException(error.Message))
            : withdrawn.Value;
    }

    /// <summary>Adds an export; false when it is there already.</summary>
    public Task<bool> AddAsync(ExportRecord export, CancellationToken cancel) =>
        _table.TryInsertAsync(Fill(new TableEntity(export.Environment.Name(), export.ExportId), export), cancel);

    /// <summary>Ends an export and tells of it, in one transaction. One that has ended stays as it is.</summary>
    public async Task EndAsync(ExportRef export, ExportFile? file, CancellationToken cancel)
    {
        var ended = await Contention.RetryAsync<bool>(async c =>
        {
            if (await RowAsync(export.Environment, export.ExportId, c) is not { } row) return true;
            var before = ToRecord(row);
            if (before.HasEnded) return true;
            var place = Place(before);
            if (Outbox.NeedsMark(row)) await outbox.MarkAsync(place, c);
            var after = before with
            {
                State = file is null || before.WithdrawnAt is not null ? ExportState.Failed : ExportState.Completed,
                File = before.WithdrawnAt is null ? file : null,
                FinishedAt = clock.GetUtcNow(),
            };
            var batch = new TableBatch(_table, row.PartitionKey);
            Outbox.Append(batch, place, after.Environment, Fill(row, after), Finished(after));
            await batch.Replace(row, row.ETag).CommitAsync(c);
            return true;
        }, cancel);
        if (!ended.IsOk) throw new InvalidOperationException($"The export {export.ExportId} could not be ended.");
    }

    private static OutboxPlace Place(ExportRecord export) => new(
        TableName, export.Environment.Name(), export.ExportId, new Aggregate("export", export.ExportId));

    private static DomainEvent Finished(ExportRecord export) => DomainEvent.Of(
        new ExportFinished(
            export.ExportId, export.Order.Kind, export.Application, export.State, export.File?.Rows),
        export.FinishedAt!.Value, export.ExportId);

    private Task<TableEntity?> RowAsync(AppEnvironment env, string exportId, CancellationToken cancel) =>
        exportId.Length == 32 && exportId.All(char.IsAsciiHexDigitLower)
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
