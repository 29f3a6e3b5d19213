using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>Removes answers that were kept for seven days. Reads only what is due; late or twice changes nothing, since
/// nobody is given an answer that is older.</summary>
public sealed class SweepAnswers(DueIndex due, KeptAnswersTable answers, TimeProvider clock)
{
    [Function(nameof(SweepAnswers))]
    public Task Run([TimerTrigger("%SweepAnswersSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(KeptAnswersTable.DueKind, clock.GetUtcNow(), answers.SweepAsync, cancel);
}
