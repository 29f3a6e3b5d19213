using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Takes a message of a payment terminal. What can never work is filed and the message completed; a passing
/// fault is tried again within the lock and then thrown, so that the queue delivers the message again.</summary>
public sealed class OnTerminalPayment(
    PaymentIntake intake, RejectedTable rejected, PatientReception patience, TimeProvider clock)
{
    [Function(nameof(OnTerminalPayment))]
    public Task Run(
        [ServiceBusTrigger("%TerminalTransactionsQueue%", Connection = "ServiceBus")] string message,
        FunctionContext context) => patience.RunAsync(
        async cancel =>
        {
            var reception = await intake.ReceiveAsync(message, only: null, cancel);
            if (reception.Refusal is not { } refusal) return;
            var rejection = Rejection.Of(message, Deliveries.Of(context), refusal, clock.GetUtcNow());
            await rejected.FileAsync(reception.Environment, rejection, cancel);
        },
        context.CancellationToken);
}
