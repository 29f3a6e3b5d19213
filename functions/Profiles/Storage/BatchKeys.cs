using Azure.Data.Tables;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>Ids, emails and phones of a whole batch. Every row is taken to be new: the codes are inserted in full
/// transactions, and only a partition that holds one of them already is read.</summary>
public sealed class BatchKeys(ProfileKeysTable keys, TimeProvider clock)
{
    /// <summary>Partitions written at a time.</summary>
    public const int AtOnce = 8;

    /// <summary>How often a partition may change between reading it and writing to it.</summary>
    private const int TriesMax = 4;

    private sealed record Wanted(BatchItem Item, string Code);

    /// <summary>Inserts the codes by which rows find their customers. A row whose code leads to somebody is about that
    /// one.
    /// </summary>
    public Task MatchAsync(AppEnvironment environment, IEnumerable<BatchItem> items, CancellationToken cancel) =>
        InsertAsync(
            environment, items.Select(i => new Wanted(i, i.MatchCode)), (item, owner) => item.Matched = owner, cancel);

    /// <summary>Inserts the other codes of rows that matched nobody. A row whose code leads to somebody is left out.
    /// </summary>
    public Task CompleteAsync(AppEnvironment environment, IEnumerable<BatchItem> items, CancellationToken cancel) =>
        InsertAsync(
            environment, items.SelectMany(i => i.OtherCodes.Select(c => new Wanted(i, c))),
            (item, _) => item.LeaveOut(), cancel);

    private Task InsertAsync(
        AppEnvironment environment, IEnumerable<Wanted> wanted, Action<BatchItem, ProfileKey> whenTaken,
        CancellationToken cancel) => Parallel.ForEachAsync(
            wanted.GroupBy(w => ProfileKeysTable.Partition(environment, w.Code)).ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (group, c) =>
            {
                foreach (var chunk in group.OrderBy(w => w.Code, StringComparer.Ordinal).Chunk(TableBatch.RowsMax))
                    await InsertAsync(environment, group.Key, chunk, whenTaken, c);
            });

    private async Task InsertAsync(
        AppEnvironment environment, string partition, IReadOnlyList<Wanted> wanted,
        Action<BatchItem, ProfileKey> whenTaken, CancellationToken cancel)
    {
        for (var tries = 0; wanted.Count > 0; tries++)
        {
            if (await TryInsertAsync(environment, partition, wanted, cancel)) return;
            if (tries == TriesMax) break;
            wanted = await WithoutFoundAsync(partition, wanted, whenTaken, cancel);
        }

        foreach (var item in wanted.Select(w => w.Item)) item.LeaveOut();
    }

    private async Task<bool> TryInsertAsync(
        AppEnvironment environment, string partition, IReadOnlyList<Wanted> wanted, CancellationToken cancel)
    {
        var batch = keys.Batch(partition);
        foreach (var (item, code) in wanted)
            batch.Insert(ProfileKeysTable.Entity(environment, code, item.Key, clock.GetUtcNow()));
        try
        {
            await batch.CommitAsync(cancel);
            foreach (var (item, _) in wanted) item.HasCodes = true;
            return true;
        }
        catch (TableTransactionFailedException e) when (e.IsConflict())
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<Wanted>> WithoutFoundAsync(
        string partition, IReadOnlyList<Wanted> wanted, Action<BatchItem, ProfileKey> whenTaken,
        CancellationToken cancel)
    {
        var found = (await keys.RangeAsync(partition, wanted[0].Code, wanted[^1].Code, cancel))
            .ToDictionary(k => k.Code, StringComparer.Ordinal);
        var missing = new List<Wanted>();
        foreach (var want in wanted)
        {
            if (!found.TryGetValue(want.Code, out var row)) missing.Add(want);
            else if (row.Key == want.Item.Key) want.Item.WasSeen = want.Item.HasCodes = true;
            else whenTaken(want.Item, row.Key);
        }

        return missing;
    }
}
