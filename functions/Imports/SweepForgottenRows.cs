using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Takes erased customers out of the files of imports that were at work when they were erased. Reads only what
/// is marked; late or twice changes nothing.</summary>
public sealed class SweepForgottenRows(DueIndex due, ForgottenRows rows, TimeProvider clock)
{
    [Function(nameof(SweepForgottenRows))]
    public Task Run([TimerTrigger("%SweepForgottenRowsSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(ForgottenRows.DueKind, clock.GetUtcNow(), rows.SweepAsync, cancel);
}
