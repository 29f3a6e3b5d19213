using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Lifecycle;

/// <summary>Finishes merges that a crash left undone. Reads only what is marked; late or twice changes nothing.
/// </summary>
public sealed class SweepMerges(DueIndex due, ProfileMerging merging, TimeProvider clock)
{
    [Function(nameof(SweepMerges))]
    public Task Run([TimerTrigger("%SweepMergesSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(ProfileMerging.DueKind, clock.GetUtcNow(), merging.SweepAsync, cancel);
}
