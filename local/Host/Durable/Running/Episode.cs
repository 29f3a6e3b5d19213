using CustomerFunctions.Local.Host.Durable.Replay;
using CustomerFunctions.Local.Host.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>Turns an outcome into what is written.</summary>
internal static class Episode
{
    public static EpisodeCommit Commit(InstanceHead before, Turn turn, Outcome outcome, DateTimeOffset now)
    {
        var head = before with
        {
            Episode = before.Episode + 1,
            UpdatedAt = now,
            Status = StatusAfter(before, turn),
            CustomStatus = outcome.CustomStatus ?? before.CustomStatus,
            Output = OutputWhileSuspended(before, turn),
        };
        List<HistoryEvent> events = [.. turn.Events, .. outcome.Actions];
        head = outcome.Ending switch
        {
            null => head,
            Ending.ContinuedAsNew restart => Restarted(head, restart),
            var ending => Ended(head, ending),
        };
        if (outcome.Ending is Ending.ContinuedAsNew next) events = [.. next.Carried];
        return new(head, events, outcome.Actions, before.Identity.Execution, turn.Consumed);
    }

    private static InstanceHead Ended(InstanceHead head, Ending ending) => ending switch
    {
        Ending.Returned returned => head with
        {
            Status = OrchestrationRuntimeStatus.Completed,
            Output = returned.Output,
        },
        Ending.Failed failed => head with
        {
            Status = OrchestrationRuntimeStatus.Failed,
            Output = new Payload(failed.Output),
            Failure = failed.Failure,
        },
        Ending.TerminatedByRequest terminated => head with
        {
            Status = OrchestrationRuntimeStatus.Terminated,
            Output = terminated.Output,
            Failure = new Failure(Failure.UnknownType, terminated.Output?.Text ?? "Terminated.", null),
        },
        _ => throw new InvalidOperationException($"{ending} does not end an orchestration."),
    };

    // A new execution begins with no history but the events that were left over.
    private static InstanceHead Restarted(InstanceHead head, Ending.ContinuedAsNew restart) => head with
    {
        Identity = head.Identity with { Execution = NewExecution() },
        Episode = 0,
        Input = restart.Input,
        StartAt = null,
    };

    /// <summary>A name for one execution; 12 hex digits keep row keys short.</summary>
    public static string NewExecution() => Guid.NewGuid().ToString("N")[..12];

    private static OrchestrationRuntimeStatus StatusAfter(InstanceHead before, Turn turn) => turn.Events[^1] switch
    {
        Suspended => OrchestrationRuntimeStatus.Suspended,
        Resumed => OrchestrationRuntimeStatus.Running,
        _ when before.Status == OrchestrationRuntimeStatus.Pending => OrchestrationRuntimeStatus.Running,
        _ => before.Status,
    };

    // As the real host: while suspended the output shows the reason.
    private static Payload? OutputWhileSuspended(InstanceHead before, Turn turn) => turn.Events[^1] switch
    {
        Suspended suspended => Payload.Of(suspended.Reason),
        Resumed => null,
        _ => before.Output,
    };
}
