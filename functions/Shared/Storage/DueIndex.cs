using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Shared.Storage;

/// <summary>One thing that a timer has to look at.</summary>
/// <param name="Kind">What sort of work, such as <c>points</c>.</param>
/// <param name="Subject">What to look at, such as a wallet.</param>
/// <param name="Slot">The minute from which on it is due.</param>
/// <param name="Row">Where the row lies, and as what it was read.</param>
public sealed record DueItem(string Kind, string Subject, DateTimeOffset Slot, DueRow Row);

/// <summary>A row of the due index as it was read.</summary>
public readonly record struct DueRow(string Partition, string Key, ETag ETag);

/// <summary>
/// What timers must do, by the minute in which it becomes due, so that a timer reads due rows only.
/// Table: <c>Due</c>. PK: <c>{kind}|{shard 0-3}|{yyyyMMddHHmm}</c>. RK: SHA-256 of the subject.
/// Example: <c>points|2|202603010000</c>, <c>9f86…</c>, Subject <c>live|stars|0198…</c>.
/// Queries: all rows of a kind and shard up to a minute, one partition range, oldest first.
/// <para>A row is written before the change that makes it necessary, so an orphan is possible and harmless and a
/// missing one is not. The protocol that keeps it so: a writer that finds its slot not listed on the subject's head
/// marks it (an upsert, so the row's ETag moves) and then commits under the head's ETag, listing the slot. A timer
/// reads the row, settles the subject in a transaction that changes the head and unlists the slot, and removes the row
/// only if it is still as read: a mark made since then keeps it, and a writer that read the old head fails.</para>
/// </summary>
public sealed class DueIndex(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Due";

    /// <summary>Partitions of one minute and kind, so that a busy minute does not meet one partition's limit.</summary>
    public const int Shards = 4;

    private const string SlotFormat = "yyyyMMddHHmm";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>The minute that an instant falls into.</summary>
    public static DateTimeOffset SlotOf(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    /// <summary>A row as it is stored, for callers that write many in transactions of their own.</summary>
    public static TableEntity Entity(string kind, string subject, DateTimeOffset slot) =>
        new(Partition(kind, ShardOf(subject), Text(slot)), Hash.Hex(subject)) { ["Subject"] = subject };

    /// <summary>Makes sure that a timer will look at the subject at the slot's minute. One call. Answers the mark, with
    /// which a writer that has finished its work itself may take it away again, unless it was made anew
    /// since.</summary>
    public async Task<DueItem> MarkAsync(string kind, string subject, DateTimeOffset slot, CancellationToken cancel)
    {
        var row = Entity(kind, subject, slot);
        var answer = await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
        return new DueItem(
            kind, subject, slot, new DueRow(row.PartitionKey, row.RowKey, answer.Headers.ETag ?? default));
    }

    /// <summary>Marks many subjects at once, in full transactions.</summary>
    public async Task MarkAsync(
        string kind, IEnumerable<string> subjects, DateTimeOffset slot, CancellationToken cancel)
    {
        foreach (var partition in subjects.Distinct().Select(s => Entity(kind, s, slot)).GroupBy(e => e.PartitionKey))
            foreach (var rows in partition.Chunk(TableBatch.RowsMax))
            {
                var batch = new TableBatch(_table, partition.Key);
                foreach (var row in rows) batch.Upsert(row);
                await batch.CommitAsync(cancel);
            }
    }

    /// <summary>What is due up to an instant, oldest first within each shard.</summary>
    public async IAsyncEnumerable<DueItem> ReadAsync(
        string kind, DateTimeOffset upTo,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        for (var shard = 0; shard < Shards; shard++)
        {
            var first = Partition(kind, shard, "");
            var last = Partition(kind, shard, Text(SlotOf(upTo)));
            var filter = TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey le {last}");
            await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
                // A row that is being replaced was seen without its properties: the next run reads it whole.
                if (row.GetString("Subject") is not null) yield return Item(kind, row);
        }
    }

    /// <summary>Works on everything that is due up to an instant, and removes what <paramref name="work"/> answers true
    /// for. One subject's fault does not hold back the others: its row stays for the next run, and all faults are
    /// thrown together at the end. Answers how many were worked on.</summary>
    public async Task<int> WorkAsync(
        string kind, DateTimeOffset upTo, Func<DueItem, CancellationToken, Task<bool>> work, CancellationToken cancel)
    {
        var (count, faults) = (0, new List<Exception>());
        await foreach (var item in ReadAsync(kind, upTo, cancel))
        {
            try
            {
                if (await work(item, cancel)) await RemoveAsync(item, cancel);
                count++;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                faults.Add(e);
            }
        }

        return faults.Count == 0 ? count : throw new AggregateException(faults);
    }

    /// <summary>Removes a row that was dealt with; false when it was marked again since it was read.</summary>
    public Task<bool> RemoveAsync(DueItem item, CancellationToken cancel) =>
        _table.TryDeleteAsync(item.Row.Partition, item.Row.Key, item.Row.ETag, cancel);

    private static DueItem Item(string kind, TableEntity row) => new(
        kind, row.GetString("Subject"), Slot(row.PartitionKey[(row.PartitionKey.LastIndexOf('|') + 1)..]),
        new DueRow(row.PartitionKey, row.RowKey, row.ETag));

    private static string Partition(string kind, int shard, string slot) => $"{kind}|{shard}|{slot}";

    private static int ShardOf(string subject) => Hash.Bytes(subject)[0] % Shards;

    private static string Text(DateTimeOffset slot) =>
        slot.UtcDateTime.ToString(SlotFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset Slot(string text) => new(
        DateTime.ParseExact(text, SlotFormat, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
