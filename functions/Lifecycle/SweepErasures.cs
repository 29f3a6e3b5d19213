using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Lifecycle;

/// <summary>Goes on with erasures that a request had no time for or that broke off, and looks over those that were
/// done. Reads only what is marked; late or twice changes nothing.</summary>
public sealed class SweepErasures(DueIndex due, Erasure erasure, TimeProvider clock)
{
    [Function(nameof(SweepErasures))]
    public Task Run([TimerTrigger("%SweepErasuresSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(Erasure.DueKind, clock.GetUtcNow(), erasure.SweepAsync, cancel);
}
