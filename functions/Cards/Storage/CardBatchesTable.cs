using System.Text;
using Azure.Data.Tables;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards.Storage;

/// <summary>
/// Batches, and the secrets of single cards whose request may be repeated. Table: <c>CardBatches</c>.
/// PK: <c>{env}|{first two digits of the id}</c>. RK: batch id, 32 hex digits.
/// Example: <c>live|9f</c>, <c>9f86…</c>, Document = the <see cref="CardBatch"/> as JSON. Query: one batch by id.
/// </summary>
public sealed class CardBatchesTable(StorageAccount storage, TimeProvider clock)
{
    /// <summary>The table.</summary>
    public const string TableName = "CardBatches";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One batch, or null.</summary>
    public async Task<CardBatch?> FindAsync(AppEnvironment environment, string batchId, CancellationToken cancel) =>
        IsId(batchId) && await RowAsync(environment, batchId, cancel) is { } row ? ToBatch(row) : null;

    /// <summary>One batch that an activity works for; it must be there.</summary>
    public async Task<CardBatch> GetAsync(CardBatchRef batch, CancellationToken cancel) =>
        await FindAsync(batch.Environment, batch.BatchId, cancel)
        ?? throw new InvalidOperationException($"There is no batch {batch.BatchId}.");

    /// <summary>Adds a batch, or finds the one that is there already: the same request was made before.</summary>
    public async Task<(CardBatch Batch, bool Hit)> AddAsync(CardBatch batch, CancellationToken cancel)
    {
        if (await _table.TryInsertAsync(Fill(Row(batch.Environment, batch.BatchId), batch), cancel))
            return (batch, false);
        var there = await FindAsync(batch.Environment, batch.BatchId, cancel);
        return (there!, true);
    }

    /// <summary>Ends a batch; one that has ended stays as it is.</summary>
    public async Task EndAsync(CardBatchRef batch, CardBatchState state, CancellationToken cancel)
    {
        var ended = await Contention.RetryAsync<bool>(async c =>
        {
            if (await RowAsync(batch.Environment, batch.BatchId, c) is not { } row) return true;
            var before = ToBatch(row);
            if (before.HasEnded) return true;
            var after = before with { State = state, FinishedAt = clock.GetUtcNow() };
            return await _table.TryReplaceAsync(Fill(row, after), row.ETag, c) ? true : null;
        }, cancel);
        if (!ended.IsOk) throw new InvalidOperationException($"The batch {batch.BatchId} could not be ended.");
    }

    private static bool IsId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);

    private static TableEntity Row(AppEnvironment environment, string batchId) =>
        new($"{environment.Name()}|{batchId[..2]}", batchId);

    private static TableEntity Fill(TableEntity row, CardBatch batch)
    {
        row.SetDocument("Document", Encoding.UTF8.GetBytes(Json.Write(batch)));
        return row;
    }

    private static CardBatch ToBatch(TableEntity row) =>
        Json.Read<CardBatch>(Encoding.UTF8.GetString(row.GetDocument("Document")!));

    private Task<TableEntity?> RowAsync(AppEnvironment environment, string batchId, CancellationToken cancel)
    {
        var key = Row(environment, batchId);
        return _table.FindAsync(key.PartitionKey, key.RowKey, cancel);
    }
}
