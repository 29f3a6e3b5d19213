using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Finishes payments that a crash left undone. Reads only what is marked; late or twice changes nothing.
/// </summary>
public sealed class SweepPayments(
    DueIndex due, PaymentTable payments, PaymentReconciler reconciler, TimeProvider clock)
{
    [Function(nameof(SweepPayments))]
    public async Task Run(
        [TimerTrigger("%SweepPaymentsSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        var faults = new List<Exception>();
        await foreach (var item in due.ReadAsync(PaymentIntake.DueKind, clock.GetUtcNow(), cancel))
        {
            try
            {
                await SweepAsync(item, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One payment's fault must not hold back the others; its mark stays for the next run.
                faults.Add(e);
            }
        }

        if (faults.Count > 0) throw new AggregateException(faults);
    }

    private async Task SweepAsync(DueItem item, CancellationToken cancel)
    {
        var key = PaymentKey.Parse(item.Subject);
        await reconciler.ReconcileAsync(key, cancel);
        // A writer that marked before this run but has not written yet must fail, and so mark again.
        var stored = await payments.FindAsync(key, cancel);
        if (stored.Payment?.Intent is not null) return;
        if (await payments.FenceAsync(stored, cancel)) await due.RemoveAsync(item, cancel);
    }
}
