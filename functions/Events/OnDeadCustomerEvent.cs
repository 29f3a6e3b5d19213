using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Events;

/// <summary>Takes what the topic set aside, because storage was away for too long, as if it had just come. While
/// storage is away it throws: the message stays where it is.</summary>
public sealed class OnDeadCustomerEvent(EventReception reception)
{
    [Function(nameof(OnDeadCustomerEvent))]
    public Task Run(
        [ServiceBusTrigger(
            "%CustomerEventsTopic%", "%WebhooksSubscription%/$deadletterqueue", Connection = "ServiceBus")]
        string message,
        FunctionContext context) => reception.TakeAsync(message, context.CancellationToken);
}
