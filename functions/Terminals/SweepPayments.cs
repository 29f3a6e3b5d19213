using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Finishes payments that a crash left undone, and goes through those of cards whose links have changed. Reads
/// only what is marked; late or twice changes nothing.</summary>
public sealed class SweepPayments(
    DueIndex due, PaymentTable payments, PaymentReconciler reconciler, CardLinking linking, TimeProvider clock)
{
    [Function(nameof(SweepPayments))]
    public async Task Run([TimerTrigger("%SweepPaymentsSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        try
        {
            await due.WorkAsync(PaymentReconciler.DueKind, clock.GetUtcNow(), SweepAsync, cancel);
        }
        finally
        {
            await due.WorkAsync(
                CardLinking.DueKind, clock.GetUtcNow(),
                (item, c) => linking.SweepAsync(item, CardLinking.PaymentsPerRun, c), cancel);
        }
    }

    private async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var key = PaymentKey.Parse(item.Subject);
        await reconciler.ReconcileAsync(key, cancel);
        // A writer that marked before this run but has not written yet must fail, and so mark again.
        var stored = await payments.FindAsync(key, cancel);
        return stored.Payment?.Intent is null && await payments.FenceAsync(stored, cancel);
    }
}
