using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Orders;

/// <summary>Finishes what a crash left undone of sessions. Reads only what is marked; late or twice changes nothing.
/// </summary>
public sealed class SweepIntents(DueIndex due, SessionTable sessions, SessionSteps steps, TimeProvider clock)
{
    [Function(nameof(SweepIntents))]
    public Task Run([TimerTrigger("%SweepIntentsSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(SessionWriter.DueKind, clock.GetUtcNow(), SweepAsync, cancel);

    private async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var stored = await sessions.FindAsync(SessionKey.Parse(item.Subject), cancel);
        if (stored.Session?.Intent is not null)
        {
            var worked = stored;
            if (await steps.FinishAsync(stored, cancel) is not { } finished || !finished.Try(out stored!, out _))
                return false;
            await steps.UnlearnAsync(stored, worked, cancel);
        }

        await steps.TellAsync(stored, cancel);
        // A writer that marked before this run but has not written yet must fail, and so mark again.
        return await sessions.FenceAsync(stored, cancel);
    }
}
