using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events.Storage;

/// <summary>Where an aggregate's head row lies; its outbox rows are neighbours in the same partition.</summary>
/// <param name="Table">The table's own name.</param>
/// <param name="Partition">The partition of head and outbox rows.</param>
/// <param name="HeadRow">The row key of the head.</param>
/// <param name="Aggregate">Whose events they are.</param>
public sealed record OutboxPlace(string Table, string Partition, string HeadRow, Aggregate Aggregate);

/// <summary>
/// Events wait as rows beside what they tell of, written in the same transaction, so that no crash can skip one.
/// Rows: in the aggregate's own partition, RK <c>o|{aggregate id}|{sequence, ten digits}</c>, Event = the CloudEvent.
/// The head row of an aggregate carries <c>EventSequence</c> (the last one used) and <c>OutboxMarked</c> (the
/// publisher knows of this aggregate).
/// <para>Table: <c>Outbox</c>, the publisher's list of aggregates with events: PK <c>{shard 00-0f}</c> by the
/// partition that the events lie in, RK SHA-256 of the place. Example: <c>0a</c>, <c>9f86…</c>, Table <c>Wallets</c>,
/// Partition <c>live|stars|0198…</c>, Head <c>h</c>.
/// Query: all rows of a shard. A mark is written before the first event that needs it; how it is taken away again
/// without losing one is told at <see cref="DueIndex"/>, whose protocol it shares.</para>
/// </summary>
public sealed class Outbox(StorageAccount storage)
{
    /// <summary>The table of marks.</summary>
    public const string TableName = "Outbox";

    /// <summary>Publishers that may work side by side.</summary>
    public const int Shards = 16;

    /// <summary>First characters of every outbox row's key.</summary>
    public const string RowPrefix = "o|";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Tells the publisher of an aggregate whose head is not marked yet. One call, before the event's
    /// transaction.</summary>
    public Task MarkAsync(OutboxPlace place, CancellationToken cancel) =>
        _table.UpsertEntityAsync(Mark(place), TableUpdateMode.Replace, cancel);

    /// <summary>Marks many aggregates at once, in full transactions.</summary>
    public async Task MarkAsync(IEnumerable<OutboxPlace> places, CancellationToken cancel)
    {
        foreach (var shard in places.Select(Mark).GroupBy(m => m.PartitionKey))
            foreach (var marks in shard.DistinctBy(m => m.RowKey).Chunk(TableBatch.RowsMax))
            {
                var batch = new TableBatch(_table, shard.Key);
                foreach (var mark in marks) batch.Upsert(mark);
                await batch.CommitAsync(cancel);
            }
    }

    /// <summary>Adds events to a transaction and counts them on the head entity, which the caller writes in the same
    /// transaction and has marked (see <see cref="NeedsMark"/>).</summary>
    public static void Append(
        TableBatch batch, OutboxPlace place, AppEnvironment environment, TableEntity head,
            params IEnumerable<DomainEvent> events)
    {
        var sequence = head.GetInt64("EventSequence") ?? 0;
        foreach (var e in events) batch.Insert(Row(place, environment, ++sequence, e));
        head["EventSequence"] = sequence;
        head["OutboxMarked"] = true;
    }

    /// <summary>One event as a row.</summary>
    public static TableEntity Row(OutboxPlace place, AppEnvironment environment, long sequence, DomainEvent e) =>
        new(place.Partition, RowKey(place.Aggregate, sequence))
        {
            ["Event"] = Encoding.UTF8.GetBytes(CloudEvent.Write(environment.Name(), place.Aggregate, sequence, e)),
        };

    /// <summary>True when the publisher has to be told before an event can be written.</summary>
    public static bool NeedsMark(TableEntity? head) => head?.GetBoolean("OutboxMarked") is not true;

    /// <summary>The key of an event's row.</summary>
    public static string RowKey(Aggregate aggregate, long sequence) =>
        $"{RowPrefix}{aggregate.Id}|{sequence.ToString("D10", CultureInfo.InvariantCulture)}";

    private static TableEntity Mark(OutboxPlace place)
    {
        // All aggregates of one partition share a shard, so that one publisher reads the partition once.
        var shard = "0" + Hash.Hex(place.Table, place.Partition)[0];
        return new TableEntity(shard, Hash.Hex(place.Table, place.Partition, place.HeadRow))
        {
            ["Table"] = place.Table,
            ["Partition"] = place.Partition,
            ["Head"] = place.HeadRow,
            ["Kind"] = place.Aggregate.Kind,
            ["Aggregate"] = place.Aggregate.Id,
        };
    }
}
