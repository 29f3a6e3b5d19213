using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Events;

/// <summary>How long one run goes on with a receiver: until its time is up, or an attempt found nobody there.</summary>
public sealed class DeliveryRun(TimeProvider clock, TimeSpan max)
{
    private readonly long _from = clock.GetTimestamp();
    private volatile bool _isOver;

    /// <summary>True when no further attempt should begin.</summary>
    public bool IsOver => _isOver || clock.GetElapsedTime(_from) > max;

    /// <summary>Ends it.</summary>
    public void End() => _isOver = true;
}

/// <summary>
/// Sends what waits in a line, in its order, and puts off or gives up what fails. The first of a line goes before the
/// others: while it waits to be tried again, they wait too.
/// <para>Whoever makes an attempt says so in the delivery first, so that two do not make one at once; when he is
/// stopped in it, the next one may after a minute. A row that waits has a mark in the due index, made after the row or
/// standing since before the row last changed: what fails is marked for its next attempt before that is written.</para>
/// </summary>
public sealed partial class DeliveryDesk(
    DeliveriesTable deliveries, WebhookSender sender, ReceiverHealth health, DueIndex due, TimeProvider clock,
    ILogger<DeliveryDesk> logger)
{
    /// <summary>The due index's name for what was given up.</summary>
    public const string DeadKind = "webhook-dead";

    /// <summary>The due index's name for a subscription's lines: one for each, so that what a dead receiver leaves does
    /// not lie before what others wait for.</summary>
    public static string DueKind(string subscriptionId) => $"webhook-{subscriptionId}";

    /// <summary>Works on a line whose event has just come, unless the receiver is not well; true when a mark of the
    /// slot is needed no longer.</summary>
    public async Task<bool> TryAtOnceAsync(
        Subscription subscription, DeliveryLine line, DateTimeOffset slot, CancellationToken cancel) =>
        health.MayTry(subscription.Id) && await WorkAsync(
            subscription, line, slot, new DeliveryRun(clock, WebhookDelivery.AttemptMax), cancel);

    /// <summary>Works on a line; true when a mark of the slot is needed no longer.</summary>
    public async Task<bool> WorkAsync(
        Subscription subscription, DeliveryLine line, DateTimeOffset slot, DeliveryRun run, CancellationToken cancel)
    {
        while (await deliveries.ReadLineAsync(line, cancel) is { Count: > 0 } waiting)
            foreach (var stored in waiting)
            {
                var (delivery, now) = (stored.Delivery, clock.GetUtcNow());
                if (delivery.IsBusy(now)) return false;
                // Its own mark stands in its own slot.
                if (delivery.DueAt > now) return DueIndex.SlotOf(delivery.DueAt) != slot;
                if (delivery.IsExhausted)
                {
                    await GiveUpAsync(line, stored, new DeliveryAnswer(null, DeliveryAnswer.Interrupted), cancel);
                    continue;
                }

                if (run.IsOver) return false;
                if (!await TryAsync(subscription, line, stored, run, cancel)) break;
            }

        return true;
    }

    /// <summary>Removes one that was given up long ago; true when the mark can go.</summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var place = DeadPlace.Parse(item.Subject);
        var stored = await deliveries.FindDeadAsync(place, cancel);
        // Replayed, and given up again since: then it has another mark.
        if (stored is null || stored.Delivery.DiedAt + WebhookDelivery.DeadMax > clock.GetUtcNow()) return true;
        return await deliveries.TryRemoveDeadAsync(place, stored, cancel);
    }

    /// <summary>Makes an attempt; false when the line has to be read again before the next.</summary>
    private async Task<bool> TryAsync(
        Subscription subscription, DeliveryLine line, StoredDelivery stored, DeliveryRun run, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var begun = await deliveries.TryChangeAsync(line, stored, stored.Delivery.Begin(clock.GetUtcNow()), cancel);
        if (begun is null) return false;
        var answer = await sender.SendAsync(subscription, begun, cancel);
        health.Note(subscription.Id, answer.Status is not null, clock.GetElapsedTime(began));
        if (answer.IsAccepted)
        {
            await deliveries.RemoveAsync(line, begun.Delivery, cancel);
            return true;
        }

        Log.Failed(logger, begun.Delivery.EventId, subscription.Id, begun.Delivery.Attempts, answer.Reason!);
        if (answer.Status is null) run.End();
        await PutOffAsync(line, begun, answer, cancel);
        return false;
    }

    private async Task PutOffAsync(
        DeliveryLine line, StoredDelivery begun, DeliveryAnswer answer, CancellationToken cancel)
    {
        if (begun.Delivery.IsExhausted)
        {
            await GiveUpAsync(line, begun, answer, cancel);
            return;
        }

        var next = begun.Delivery.Failed(answer, clock.GetUtcNow());
        await due.MarkAsync(DueKind(line.SubscriptionId), line.ToString(), next.DueAt, cancel);
        await deliveries.TryChangeAsync(line, begun, next, cancel);
    }

    private async Task GiveUpAsync(
        DeliveryLine line, StoredDelivery stored, DeliveryAnswer answer, CancellationToken cancel)
    {
        var dead = stored.Delivery.Dead(answer, clock.GetUtcNow());
        var place = new DeadPlace(line.Environment, line.SubscriptionId, dead.EventId);
        // A minute later, so that the row is surely old enough when it is looked at.
        var end = dead.DiedAt!.Value + WebhookDelivery.DeadMax + TimeSpan.FromMinutes(1);
        await due.MarkAsync(DeadKind, place.ToString(), end, cancel);
        await deliveries.PutDeadAsync(place, dead, stored.Event, cancel);
        // Replayed already: then it waits anew.
        await deliveries.TryRemoveAsync(line, stored, cancel);
        Log.GivenUp(logger, dead.EventId, line.SubscriptionId, dead.Reason!);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "Event {EventId} did not reach subscription {Subscription} in attempt {Attempt}: {Reason}.")]
        public static partial void Failed(
            ILogger logger, string eventId, string subscription, int attempt, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Event {EventId} is given up for subscription {Subscription}: {Reason}.")]
        public static partial void GivenUp(ILogger logger, string eventId, string subscription, string reason);
    }
}
