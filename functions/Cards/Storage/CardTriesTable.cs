using Azure.Data.Tables;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards.Storage;

/// <summary>
/// Tries at member numbers, whether or not there are such numbers, so that a caller cannot tell from being locked out.
/// Table: <c>CardTries</c>. PK: <c>{env}|{first byte of the hash, hex}</c>. RK: SHA-256 of the number, in hex.
/// Example: <c>live|9f</c>, <c>9f86…</c>, Count 2, LastAt <c>2026-03-01T12:00:00Z</c>, LastGuess a hash.
/// Query: one row. A row goes when it no longer counts: a note in the due index is written before it.
/// </summary>
public sealed class CardTriesTable(StorageAccount storage, DueIndex due, TimeProvider clock)
{
    /// <summary>The table.</summary>
    public const string TableName = "CardTries";

    /// <summary>The due index's kind of work for tries that no longer count.</summary>
    public const string DueKind = "card-tries";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Counts a try before it is looked at. Fails with: too-many-tries, contention.</summary>
    public Task<Result<Tries>> CountAsync(CardId number, string guess, CancellationToken cancel) =>
        Contention.RetryAsync<Tries>(
            async c =>
            {
                var row = await _table.FindAsync(number.Partition, number.Hash, c);
                var before = row is null ? null : ToTries(row);
                var now = clock.GetUtcNow();
                if (!Tries.Next(before, guess, now).Try(out var next, out var refusal)) return refusal;
                if (next == before) return next;
                if (row is null) await due.MarkAsync(DueKind, number.ToString(), now + Tries.Lock, c);
                await PutAsync(number, next, row, c);
                return next;
            },
            cancel);

    /// <summary>Forgets the tries at a number whose code was right.</summary>
    public Task ClearAsync(CardId number, CancellationToken cancel) =>
        _table.DeleteEntityAsync(number.Partition, number.Hash, Azure.ETag.All, cancel);

    /// <summary>Removes tries that no longer count, or looks again when they will not; true when the mark can go.
    /// </summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var number = CardId.Parse(item.Subject);
        var row = await _table.FindAsync(number.Partition, number.Hash, cancel);
        if (row is null) return true;
        if (ToTries(row) is var tries && tries.IsOver(clock.GetUtcNow()))
            return await _table.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancel);
        await due.MarkAsync(DueKind, item.Subject, tries.LastAt + Tries.Lock + TimeSpan.FromMinutes(1), cancel);
        return true;
    }

    private static Tries ToTries(TableEntity row) => new(
        row.GetInt32("Count") ?? 0, row.GetDateTimeOffset("LastAt")!.Value.ToUniversalTime(),
        row.GetString("LastGuess"));

    private Task PutAsync(CardId number, Tries tries, TableEntity? read, CancellationToken cancel)
    {
        var row = new TableEntity(number.Partition, number.Hash)
        {
            ["Count"] = tries.Count,
            ["LastAt"] = tries.LastAt,
            ["LastGuess"] = tries.LastGuess,
        };
        return read is null
            ? _table.AddEntityAsync(row, cancel)
            : _table.UpdateEntityAsync(row, read.ETag, TableUpdateMode.Replace, cancel);
    }
}
