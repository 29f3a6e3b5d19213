using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events;

/// <summary>Lets deliveries wait again that were given up. Each is kept among the dead until it waits and is marked, so
/// that one whose replay broke off can be replayed again.</summary>
public sealed class DeadDeliveries(DeliveriesTable deliveries, DueIndex due, TimeProvider clock)
{
    /// <summary>Most that one request lets wait again.</summary>
    public const int ReplayedMax = 1_000;

    private const int PageRows = 100;
    private const int AtOnce = 8;

    /// <summary>Replays those of these events that were given up; answers how many.</summary>
    public async Task<int> ReplayAsync(
        AppEnvironment environment, string subscriptionId, IReadOnlyList<string> eventIds, CancellationToken cancel)
    {
        var count = 0;
        await Parallel.ForEachAsync(eventIds, Side(cancel), async (id, c) =>
        {
            var place = new DeadPlace(environment, subscriptionId, id);
            if (await deliveries.FindDeadAsync(place, c) is not { } stored) return;
            await ReplayAsync(place, stored, c);
            Interlocked.Increment(ref count);
        });
        return count;
    }

    /// <summary>Replays all, as many as one request should; answers how many, and whether there may be more.</summary>
    public async Task<(int Count, bool More)> ReplayAllAsync(
        AppEnvironment environment, string subscriptionId, CancellationToken cancel)
    {
        for (var (count, after) = (0, (string?)null); ;)
        {
            var page = await deliveries.ReadDeadAsync(environment, subscriptionId, after, PageRows, cancel);
            await Parallel.ForEachAsync(page, Side(cancel), async (stored, c) => await ReplayAsync(
                new DeadPlace(environment, subscriptionId, stored.Delivery.EventId), stored, c));
            count += page.Count;
            if (page.Count < PageRows) return (count, false);
            if (count >= ReplayedMax) return (count, true);
            after = page[^1].Delivery.EventId;
        }
    }

    private static ParallelOptions Side(CancellationToken cancel) =>
        new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };

    private async Task ReplayAsync(DeadPlace place, StoredDelivery stored, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var line = DeliveryLine.Of(place.Environment, place.SubscriptionId, stored.Delivery.Subject);
        await deliveries.PutAsync(line, stored.Delivery.Anew(now), stored.Event, cancel);
        await due.MarkAsync(DeliveryDesk.DueKind(place.SubscriptionId), line.ToString(), now, cancel);
        await deliveries.TryRemoveDeadAsync(place, stored, cancel);
    }
}
