using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Events;

/// <summary>Takes each event off the topic for those who are told by webhook.</summary>
public sealed class OnCustomerEvent(EventReception reception)
{
    [Function(nameof(OnCustomerEvent))]
    public Task Run(
        [ServiceBusTrigger("%CustomerEventsTopic%", "%WebhooksSubscription%", Connection = "ServiceBus")]
        string message,
        FunctionContext context) => reception.TakeAsync(message, context.CancellationToken);
}
