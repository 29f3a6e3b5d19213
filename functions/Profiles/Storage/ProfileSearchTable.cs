using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>One index row.</summary>
/// <param name="Position">Where it stands among all rows of the same question, in ordinal order.</param>
/// <param name="Range">Which of the question's ranges it lies in.</param>
/// <param name="Entry">What was found.</param>
/// <param name="Key">Who was found.</param>
public sealed record IndexRow(string Position, int Range, string Entry, ProfileKey Key);

/// <summary>The first rows of one range in one partition, and whether there are more.</summary>
public sealed record IndexPart(IReadOnlyList<IndexRow> Rows, bool More);

/// <summary>
/// What customers are found by.
/// Table: <c>ProfileSearch</c>. PK <c>{env}|s{0-7}</c> for texts and lists, <c>{env}|n{0-3}</c> for what begins with a
/// digit, sharded by the customer's key. RK <c>{entry}|{key}</c>, as Domain's IndexEntries makes entries. No
/// properties. Examples: <c>live|s5</c>, <c>w|zoe_obrien|0198…</c>; <c>live|n1</c>, <c>v|0000649702|0198…</c>;
/// <c>live|s5</c>, <c>k|r|0198…</c>; <c>live|s5</c>, <c>g|9f86…|0198…</c> for a tag.
/// Queries: the first rows of a range in each of its partitions: 8 calls for a text or a list, 16 for a text of
/// several words or the list of all kinds, 12 for a number. The rows may be out of date: whoever reads them asks the
/// profile.
/// </summary>
public sealed class ProfileSearchTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "ProfileSearch";

    /// <summary>Partitions of texts and lists.</summary>
    public const int TextShards = 8;

    /// <summary>Partitions of what begins with a digit.</summary>
    public const int NumberShards = 4;

    /// <summary>Sorts after everything that can follow an entry's beginning: two tildes never follow each
    /// other.</summary>
    private const string RangeEnd = "~~";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>The partition of one customer's entry.</summary>
    public static string Partition(AppEnvironment environment, string entry, ProfileKey key) =>
        Partition(environment, entry, IsNumber(entry) ? key.Bucket % NumberShards : key.Bucket % TextShards);

    /// <summary>An index row as it is stored.</summary>
    public static TableEntity Entity(AppEnvironment environment, string entry, ProfileKey key) =>
        new(Partition(environment, entry, key), $"{entry}|{key}");

    /// <summary>Writes some entries of a customer, in one transaction for each partition: at most two calls, three with
    /// a hundred tags.</summary>
    public async Task PutAsync(
        AppEnvironment environment, ProfileKey key, IEnumerable<string> entries, CancellationToken cancel)
    {
        foreach (var group in entries.Select(e => Entity(environment, e, key)).GroupBy(e => e.PartitionKey))
            foreach (var rows in group.Chunk(TableBatch.RowsMax))
            {
                var batch = Batch(group.Key);
                foreach (var row in rows) batch.Upsert(row);
                await batch.CommitAsync(cancel);
            }
    }

    /// <summary>Removes entries of a customer that nobody can write again.</summary>
    public async Task RemoveAsync(
        AppEnvironment environment, ProfileKey key, IEnumerable<string> entries, CancellationToken cancel)
    {
        foreach (var entry in entries)
            await _table.DeleteEntityAsync(Partition(environment, entry, key), $"{entry}|{key}", ETag.All, cancel);
    }

    /// <summary>Those of some entries that are there, as they are now.</summary>
    public async Task<IReadOnlyList<(string Entry, ETag ETag)>> OfAsync(
        AppEnvironment environment, ProfileKey key, IEnumerable<string> entries, CancellationToken cancel)
    {
        var found = new List<(string, ETag)>();
        foreach (var entry in entries)
        {
            var row = await _table.FindAsync(Partition(environment, entry, key), $"{entry}|{key}", cancel);
            if (row is not null) found.Add((entry, row.ETag));
        }

        return found;
    }

    /// <summary>Removes an entry that is still as read; false when it is not.</summary>
    public Task<bool> TryRemoveAsync(
        AppEnvironment environment, ProfileKey key, string entry, ETag asRead, CancellationToken cancel) =>
        _table.TryDeleteAsync(Partition(environment, entry, key), $"{entry}|{key}", asRead, cancel);

    /// <summary>The first rows of some ranges, all partitions at once.</summary>
    /// <param name="environment">Whose rows.</param>
    /// <param name="entries">Beginnings of entries, one for each range.</param>
    /// <param name="span">Which of their rows.</param>
    /// <param name="take">Rows of each part.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<IndexPart[]> ReadAsync(
        AppEnvironment environment, IReadOnlyList<string> entries, IndexSpan span, int take, CancellationToken cancel)
    {
        var parts = entries.SelectMany((entry, range) => Shards(entry).Select(shard => (entry, range, shard)));
        return Task.WhenAll(parts.Select(p => ReadAsync(
            Partition(environment, p.entry, p.shard), p.entry, p.range, span, take, cancel)));
    }

    /// <summary>A transaction of one partition.</summary>
    public TableBatch Batch(string partition) => new(_table, partition);

    private async Task<IndexPart> ReadAsync(
        string partition, string entry, int range, IndexSpan span, int take, CancellationToken cancel)
    {
        if (span.Of(entry, range, RangeEnd) is not var (from, before)) return new IndexPart([], false);
        var rows = new List<IndexRow>();
        var query = _table.QueryAsync<TableEntity>(
            TableRows.Range(partition, from, before), take, ["RowKey"], cancel);
        // The service may answer with short or empty pages: only a missing continuation means that there is no more.
        await foreach (var page in query.AsPages())
        {
            rows.AddRange(page.Values.Select(row => Of(row.RowKey, range, span.IsByAge)));
            if (rows.Count >= take) return new IndexPart(rows, page.ContinuationToken is not null || rows.Count > take);
        }

        return new IndexPart(rows, false);
    }

    private static IndexRow Of(string rowKey, int range, bool byAge)
    {
        var cut = rowKey.LastIndexOf('|');
        var (entry, key) = (rowKey[..cut], rowKey[(cut + 1)..]);
        return new IndexRow(byAge ? key : $"{range}:{rowKey}", range, entry, ProfileKey.Parse(key));
    }

    private static IEnumerable<int> Shards(string entry) =>
        Enumerable.Range(0, IsNumber(entry) ? NumberShards : TextShards);

    private static string Partition(AppEnvironment environment, string entry, int shard) =>
        $"{environment.Name()}|{(IsNumber(entry) ? 'n' : 's')}{shard}";

    private static bool IsNumber(string entry) =>
        entry[0] == 'v' || (entry[0] == 'w' && (entry.Length == 2 || char.IsAsciiDigit(entry[2])));
}
