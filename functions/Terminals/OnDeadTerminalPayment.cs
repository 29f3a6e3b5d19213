using CustomerFunctions.Access;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Files what the queue set aside, so that it can be replayed. While storage is away it throws: the message
/// stays where it is.</summary>
public sealed class OnDeadTerminalPayment(
    ApplicationDirectory applications, RejectedTable rejected, PatientReception patience, TimeProvider clock)
{
    [Function(nameof(OnDeadTerminalPayment))]
    public Task Run(
        [ServiceBusTrigger("%TerminalTransactionsQueue%/$deadletterqueue", Connection = "ServiceBus")] string message,
        FunctionContext context) => patience.RunAsync(
        async cancel =>
        {
            var delivery = Deliveries.Of(context);
            var sender = TerminalMessage.SenderOf(message);
            var application = sender is null ? null : await applications.FindAsync(sender, cancel);
            var rejection = Rejection.Of(
                message, delivery, TerminalsErrors.DeadLetter(delivery.DeadLetterReason), clock.GetUtcNow());
            await rejected.FileAsync(application?.Environment, rejection, cancel);
        },
        context.CancellationToken);
}
