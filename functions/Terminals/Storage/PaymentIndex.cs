using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Terminals.Storage;

/// <summary>Lists of payments and rejected messages.</summary>
public static class PaymentLists
{
    /// <summary>Every payment of an environment.</summary>
    public static string All(AppEnvironment environment) => $"{environment.Name()}|a";

    /// <summary>The payments of an environment that belong to nobody yet.</summary>
    public static string Unlinked(AppEnvironment environment) => $"{environment.Name()}|u";

    /// <summary>The rejected messages of an environment; null for those of no known application.</summary>
    public static string Rejected(AppEnvironment? environment) => $"{environment?.Name() ?? "none"}|r";
}

/// <summary>One row of a list.</summary>
/// <param name="List">Which list.</param>
/// <param name="Position">Its place, newest first; also the cursor.</param>
/// <param name="At">When it became known.</param>
/// <param name="Id">The payment's or rejection's id.</param>
public sealed record IndexRow(string List, string Position, DateTimeOffset At, string Id);

/// <summary>
/// Payments and rejected messages by the time at which they became known, newest first.
/// Table: <c>PaymentIndex</c>. PK: <c>{list}|{shard 0-3}</c>, list <c>{env}|a</c> all, <c>{env}|u</c> unlinked,
/// <c>{env or none}|r</c> rejected. RK: <c>{ticks, inverted}|{id}</c>.
/// Example: <c>live|u|2</c>, <c>2516…|9f86…</c>, no further columns.
/// Queries: a page of a list, one range in each of its shards, at most the page's size from each.
/// <para>A row is written before what it points to and taken away after: whoever reads a list looks at the thing
/// itself, so a row too many is harmless and none is missing.</para>
/// </summary>
public sealed class PaymentIndex(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "PaymentIndex";

    /// <summary>Partitions of a list, so that a busy day does not meet one partition's limit.</summary>
    public const int Shards = 4;

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Puts something on a list; a second time changes nothing.</summary>
    public Task AddAsync(string list, DateTimeOffset at, string id, CancellationToken cancel) =>
        _table.UpsertEntityAsync(
            new TableEntity(Partition(list, ShardOf(id)), Position(at, id)), TableUpdateMode.Replace, cancel);

    /// <summary>Takes something off a list, if it is on it.</summary>
    public Task RemoveAsync(string list, DateTimeOffset at, string id, CancellationToken cancel) =>
        _table.DeleteEntityAsync(Partition(list, ShardOf(id)), Position(at, id), ETag.All, cancel);

    /// <summary>The next rows of one or more lists, newest first.</summary>
    public async Task<IReadOnlyList<IndexRow>> ReadAsync(
        IEnumerable<string> lists, string? after, int limit, CancellationToken cancel)
    {
        var parts = lists.SelectMany(list => Enumerable.Range(0, Shards).Select(s => (List: list, Shard: s)));
        var pages = await Task.WhenAll(parts.Select(p => ReadAsync(p.List, p.Shard, after, limit, cancel)));
        return [.. pages.SelectMany(p => p).OrderBy(r => r.Position, StringComparer.Ordinal).Take(limit)];
    }

    private async Task<List<IndexRow>> ReadAsync(
        string list, int shard, string? after, int limit, CancellationToken cancel)
    {
        var found = new List<IndexRow>();
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {Partition(list, shard)} and RowKey gt {after ?? ""}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, limit, cancellationToken: cancel))
        {
            found.Add(Read(list, row.RowKey));
            if (found.Count == limit) break;
        }

        return found;
    }

    private static IndexRow Read(string list, string position)
    {
        var bar = position.IndexOf('|', StringComparison.Ordinal);
        var ticks = long.Parse(position[..bar], CultureInfo.InvariantCulture);
        return new IndexRow(
            list, position, new DateTimeOffset(DateTimeOffset.MaxValue.UtcTicks - ticks, TimeSpan.Zero),
            position[(bar + 1)..]);
    }

    private static string Partition(string list, int shard) => $"{list}|{shard}";

    private static int ShardOf(string id) => Hash.Bytes(id)[0] % Shards;

    private static string Position(DateTimeOffset at, string id) => Newest.First(at, id);
}
