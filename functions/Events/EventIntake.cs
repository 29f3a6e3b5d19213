using System.Text;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events;

/// <summary>
/// Takes events off the topic: one delivery for each subscription that wants it, and one attempt at once unless the
/// receiver is not well. A delivery is marked before it is written, so that none is forgotten when the message is given
/// up; and one that is left waiting is marked again, because a timer may have looked before it was written. Until then
/// the message is not completed, and all of it can be done again.
/// </summary>
public sealed class EventIntake(
    SubscriptionBook book, DeliveriesTable deliveries, DeliveryDesk desk, DueIndex due, TimeProvider clock)
{
    /// <summary>Takes an event.</summary>
    public async Task TakeAsync(PublishedEvent told, CancellationToken cancel)
    {
        var known = await book.ListAsync(told.Environment, cancel);
        await Task.WhenAll(known.Where(s => s.Wants(told.Type)).Select(s => TakeAsync(s, told, cancel)));
    }

    private async Task TakeAsync(Subscription subscription, PublishedEvent told, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (slot, kind) = (DueIndex.SlotOf(now), DeliveryDesk.DueKind(subscription.Id));
        var line = DeliveryLine.Of(told.Environment, subscription.Id, told.Subject);
        var mark = await due.MarkAsync(kind, line.ToString(), slot, cancel);
        var delivery = new WebhookDelivery(told.EventId, told.Type, told.Subject, told.Sequence) { DueAt = now };
        await deliveries.AddAsync(line, delivery, Encoding.UTF8.GetBytes(told.Text), cancel);
        if (await desk.TryAtOnceAsync(subscription, line, slot, cancel)) await due.RemoveAsync(mark, cancel);
        else await due.MarkAsync(kind, line.ToString(), slot, cancel);
    }
}
