using System.Diagnostics;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Events.Storage;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Events;

/// <summary>Sends what waits in the outbox. An event row goes only after its event was accepted, so a crash between the
/// two sends it again and none is skipped.</summary>
public sealed partial class OutboxPublisher(
    OutboxReader reader, EventTopic topic, PublisherLeases leases, TimeProvider clock, ILogger<OutboxPublisher> logger)
{
    /// <summary>How old a mark without an aggregate must be before it goes: its writer died before its first write, or
    /// is slower than any invocation may be.</summary>
    public static readonly TimeSpan OrphanAge = TimeSpan.FromDays(1);

    private const int PartitionsAtOnce = 8;
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(20);

    /// <summary>Sends everything that waits now; answers how many events were accepted.</summary>
    public async Task<int> PublishAsync(CancellationToken cancel)
    {
        var shards = new List<OutboxMark>();
        await foreach (var mark in reader.ReadMarksAsync(cancel)) shards.Add(mark);
        var sent = 0;
        foreach (var shard in shards.GroupBy(m => m.Shard))
            await leases.TryRunAsync(
                shard.Key, async lease => sent += await PublishAsync(shard, lease, cancel), cancel);
        return sent;
    }

    private async Task<int> PublishAsync(
        IEnumerable<OutboxMark> shard, BlobLeaseClient lease, CancellationToken cancel)
    {
        var sent = 0;
        var renewed = Stopwatch.StartNew();
        foreach (var partitions in shard.GroupBy(m => (m.Place.Table, m.Place.Partition)).Chunk(PartitionsAtOnce))
        {
            if (renewed.Elapsed > RenewAfter)
            {
                await lease.RenewAsync(cancellationToken: cancel);
                renewed.Restart();
            }

            sent += (await Task.WhenAll(partitions.Select(p => PublishPartitionAsync([.. p], cancel)))).Sum();
        }

        return sent;
    }

    private async Task<int> PublishPartitionAsync(IReadOnlyList<OutboxMark> marks, CancellationToken cancel)
    {
        var place = marks[0].Place;
        var heads = await reader.ReadHeadsAsync(
            place.Table, place.Partition, marks.Select(m => m.Place.HeadRow), cancel);
        var waiting = await reader.ReadEventsAsync(place.Table, place.Partition, cancel);
        var sent = 0;
        foreach (var mark in marks)
        {
            if (!heads.TryGetValue(mark.Place.HeadRow, out var head)) await DropOrphanAsync(mark, cancel);
            else sent += await PublishAggregateAsync(mark, head, [.. waiting[mark.Place.Aggregate.Id]], cancel);
        }

        return sent;
    }

    private async Task<int> PublishAggregateAsync(
        OutboxMark mark, HeadVersion head, IReadOnlyList<WaitingEvent> events, CancellationToken cancel)
    {
        var accepted = await topic.SendAsync(mark.Place.Aggregate, events, cancel);
        var isAll = accepted.Count == events.Count;
        if (!isAll) Log.TooLarge(logger, mark.Place.Aggregate.Kind, events[accepted.Count].Sequence);
        // With some held back the head stays marked.
        if (await reader.RemoveAsync(mark.Place, isAll ? head : null, accepted,
            cancel)) await reader.UnmarkAsync(mark, cancel);
        return accepted.Count;
    }

    private async Task DropOrphanAsync(OutboxMark mark, CancellationToken cancel)
    {
        if (clock.GetUtcNow() - mark.MarkedAt > OrphanAge) await reader.UnmarkAsync(mark, cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Event {Sequence} of a {Kind} does not fit a message; its later ones wait.")]
        public static partial void TooLarge(ILogger logger, string kind, long sequence);
    }
}
