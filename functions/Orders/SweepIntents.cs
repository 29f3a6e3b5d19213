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
    public Task Run([TimerTrigger("%SweepIntentsSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(SessionWriter.DueKind, clock.GetUtcNow(), SweepAsync, cancel);

    private async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var stored = await sessions.FindAsync(SessionKey.Parse(item.Subject), cancel);
        if (stored.Session?.State == SessionState.Closing)
        {
            var taught = stored;
            var finished = await closing.FinishAsync(stored, cancel);
            if (!finished.Try(out stored!, out _)) return false;
            await closing.UnlearnAsync(stored, taught, cancel);
        }

        await closing.TellAsync(stored, cancel);
        // A writer that marked before this run but has not written yet must fail, and so mark again.
        return await sessions.FenceAsync(stored, cancel);
    }
}
