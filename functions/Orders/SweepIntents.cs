using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Orders;

/// <summary>Finishes closes that a crash left undone. Reads only what is marked; late or twice changes nothing.
/// </summary>
public sealed class SweepIntents(DueIndex due, SessionTable sessions, SessionClosing closing, TimeProvider clock)
{
    [Function(nameof(SweepIntents))]
    public async Task Run(
        [TimerTrigger("%SweepIntentsSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        var faults = new List<Exception>();
        await foreach (var item in due.ReadAsync(SessionWriter.DueKind, clock.GetUtcNow(), cancel))
        {
            try
            {
                await SweepAsync(item, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One session's fault must not hold back the others; its mark stays for the next run.
                faults.Add(e);
            }
        }

        if (faults.Count > 0) throw new AggregateException(faults);
    }

    private async Task SweepAsync(DueItem item, CancellationToken cancel)
    {
        var stored = await sessions.FindAsync(SessionKey.Parse(item.Subject), cancel);
        if (stored.Session?.State == SessionState.Closing)
        {
            var finished = await closing.FinishAsync(stored, cancel);
            if (!finished.Try(out stored!, out _)) return;
        }

        await closing.TellAsync(stored, cancel);
        // A writer that marked before this run but has not written yet must fail, and so mark again.
        if (await sessions.FenceAsync(stored, cancel)) await due.RemoveAsync(item, cancel);
    }
}
