using System.Collections.Concurrent;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events;

/// <summary>Sends what is due to every receiver, side by side. With each it goes on until nothing is due, its time is
/// up or nobody answers; the rest is for the next round, so that nobody waits for a receiver that is slow or gone.
/// </summary>
public sealed class WebhookRound(
    SubscriptionBook book, DeliveriesTable deliveries, DeliveryDesk desk, DueIndex due, TimeProvider clock)
{
    private const int ReceiversAtOnce = 16;
    private const int LinesAtOnce = 4;
    private const int LinesMax = 2_000;
    private static readonly TimeSpan ReceiverMax = TimeSpan.FromSeconds(20);

    /// <summary>Does one round. One receiver's fault does not hold back the others; all are thrown together.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var faults = new ConcurrentQueue<Exception>();
        var receivers = new List<(AppEnvironment Environment, Subscription Subscription)>();
        foreach (var environment in Enum.GetValues<AppEnvironment>())
            receivers.AddRange((await book.ReadAsync(environment, cancel)).Select(s => (environment, s)));
        await Parallel.ForEachAsync(
            receivers, Side(ReceiversAtOnce, cancel),
            (r, c) => TryAsync(() => SendDueAsync(r.Subscription, faults, c), faults));
        await TryAsync(() => due.WorkAsync(SubscriptionBook.GoneKind, clock.GetUtcNow(), ClearAsync, cancel), faults);
        await TryAsync(() => due.WorkAsync(DeliveryDesk.DeadKind, clock.GetUtcNow(), desk.SweepAsync, cancel), faults);
        if (!faults.IsEmpty) throw new AggregateException(faults);
    }

    private static ParallelOptions Side(int count, CancellationToken cancel) =>
        new() { MaxDegreeOfParallelism = count, CancellationToken = cancel };

    private static async ValueTask TryAsync(Func<Task> work, ConcurrentQueue<Exception> faults)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            faults.Enqueue(e);
        }
    }

    private async Task SendDueAsync(
        Subscription subscription, ConcurrentQueue<Exception> faults, CancellationToken cancel)
    {
        var run = new DeliveryRun(clock, ReceiverMax);
        var marks = await due.ReadAsync(DeliveryDesk.DueKind(subscription.Id), clock.GetUtcNow(), cancel)
            .Take(LinesMax).ToListAsync(cancel);
        await Parallel.ForEachAsync(
            marks, Side(LinesAtOnce, cancel),
            (mark, c) => TryAsync(() => SendLineAsync(subscription, mark, run, c), faults));
    }

    private async Task SendLineAsync(
        Subscription subscription, DueItem mark, DeliveryRun run, CancellationToken cancel)
    {
        if (run.IsOver) return;
        var line = DeliveryLine.Parse(mark.Subject);
        if (await desk.WorkAsync(subscription, line, mark.Slot, run, cancel)) await due.RemoveAsync(mark, cancel);
    }

    /// <summary>Removes what a subscription left that is gone; true when nothing is left of it.</summary>
    private async Task<bool> ClearAsync(DueItem item, CancellationToken cancel)
    {
        var parts = item.Subject.Split('|');
        var kind = DeliveryDesk.DueKind(parts[1]);
        await foreach (var mark in due.ReadAsync(kind, DateTimeOffset.MaxValue, cancel))
            await due.RemoveAsync(mark, cancel);
        return await deliveries.ClearAsync(AppEnvironments.Parse(parts[0]), parts[1], cancel);
    }
}
