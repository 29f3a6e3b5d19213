using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events.Storage;

/// <summary>An aggregate that the publisher was told of, and its mark as it was read.</summary>
public sealed record OutboxMark(OutboxPlace Place, string Shard, DueRow Row, DateTimeOffset MarkedAt);

/// <summary>An event that waits to be sent.</summary>
public sealed record WaitingEvent(string RowKey, long Sequence, BinaryData Event);

/// <summary>An aggregate's head as it was read before its events were.</summary>
public readonly record struct HeadVersion(ETag ETag);

/// <summary>
/// The publisher's side of the outbox. The order of its reads matters: mark, then head, then events. An event that is
/// written after the head was read moves the head's ETag, so that the mark stays.
/// </summary>
public sealed class OutboxReader(StorageAccount storage)
{
    // Discrete comparisons in one filter. Source: query limits of Azure Table Storage.
    private const int ComparisonsMax = 14;

    private readonly TableClient _marks = storage.Table(Outbox.TableName);

    /// <summary>All marks, by shard and partition; the table holds only what waits.</summary>
    public async IAsyncEnumerable<OutboxMark> ReadMarksAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in _marks.QueryAsync<TableEntity>(cancellationToken: cancel))
            yield return new OutboxMark(
                new OutboxPlace(
                    row.GetString("Table"), row.GetString("Partition"), row.GetString("Head"),
                    new Aggregate(row.GetString("Kind"), row.GetString("Aggregate"))),
                row.PartitionKey,
                new DueRow(row.PartitionKey, row.RowKey, row.ETag),
                row.Timestamp ?? DateTimeOffset.MaxValue);
    }

    /// <summary>The heads of aggregates of one partition; those without one are missing.</summary>
    public async Task<IReadOnlyDictionary<string, HeadVersion>> ReadHeadsAsync(
        string table, string partition, IEnumerable<string> rows, CancellationToken cancel)
    {
        var heads = new Dictionary<string, HeadVersion>(StringComparer.Ordinal);
        foreach (var some in rows.Chunk(ComparisonsMax))
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}") + " and ("
                + string.Join(" or ", some.Select(r => TableClient.CreateQueryFilter($"RowKey eq {r}"))) + ")";
            await foreach (var row in storage.Table(table).QueryAsync<TableEntity>(filter, cancellationToken: cancel))
                heads[row.RowKey] = new HeadVersion(row.ETag);
        }

        return heads;
    }

    /// <summary>All events that wait in one partition, by aggregate id, each in their order.</summary>
    public async Task<ILookup<string, WaitingEvent>> ReadEventsAsync(
        string table, string partition, CancellationToken cancel)
    {
        var range = TableRows.Range(partition, Outbox.RowPrefix, "o}");
        var found = new List<(string Aggregate, WaitingEvent Event)>();
        await foreach (var row in storage.Table(table).QueryAsync<TableEntity>(range, cancellationToken: cancel))
        {
            var at = row.RowKey.LastIndexOf('|');
            found.Add((row.RowKey[Outbox.RowPrefix.Length..at], new WaitingEvent(
                row.RowKey, long.Parse(row.RowKey.AsSpan(at + 1), CultureInfo.InvariantCulture),
                BinaryData.FromBytes(row.GetBinary("Event")))));
        }

        return found.ToLookup(f => f.Aggregate, f => f.Event, StringComparer.Ordinal);
    }

    /// <summary>Takes sent events away and, with a head, unmarks it. False when there is none, or it was written since
    /// it was read: then only the events go, and the mark has to stay.</summary>
    public async Task<bool> RemoveAsync(
        OutboxPlace place, HeadVersion? head, IReadOnlyList<WaitingEvent> sent, CancellationToken cancel)
    {
        var table = storage.Table(place.Table);
        var last = sent.Skip(sent.Count / (TableBatch.RowsMax - 1) * (TableBatch.RowsMax - 1)).ToList();
        foreach (var events in sent.Take(sent.Count - last.Count).Chunk(TableBatch.RowsMax - 1))
            await DeleteAsync(table, place, events, null, cancel);
        if (head is not null && await DeleteAsync(table, place, last, head, cancel)) return true;
        await DeleteAsync(table, place, last, null, cancel);
        return false;
    }

    /// <summary>Takes a mark away that was not made again since it was read.</summary>
    public Task<bool> UnmarkAsync(OutboxMark mark, CancellationToken cancel) =>
        _marks.TryDeleteAsync(mark.Row.Partition, mark.Row.Key, mark.Row.ETag, cancel);

    private static async Task<bool> DeleteAsync(
        TableClient table, OutboxPlace place, IReadOnlyList<WaitingEvent> events, HeadVersion? head,
        CancellationToken cancel)
    {
        var batch = new TableBatch(table, place.Partition);
        foreach (var e in events) batch.Delete(e.RowKey, ETag.All);
        if (head is { } version)
            batch.Merge(new TableEntity(place.Partition, place.HeadRow) { ["OutboxMarked"] = false }, version.ETag);
        try
        {
            await batch.CommitAsync(cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return false;
        }
    }
}
