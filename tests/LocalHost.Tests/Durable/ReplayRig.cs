using CustomerFunctions.Local.Host.Durable.Replay;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerFunctions.Local.Host.Tests.Durable;

/// <summary>Plays an orchestrator episode by episode, as the engine does, with history in memory.</summary>
internal sealed class ReplayRig(Func<TaskOrchestrationContext, Task<object?>> code, string execution = "first")
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public List<HistoryEvent> History { get; } = [];

    public DateTimeOffset Now { get; set; } = Noon;

    public int Strays { get; private set; }

    public Func<TaskOrchestrationContext, Task<object?>> Code { get; set; } = code;

    public Outcome Start(string? input = null) => Step(new ExecutionStarted(Payload.Of(input)));

    /// <summary>One episode; the clock moves by a minute before each.</summary>
    public Outcome Step(params HistoryEvent[] events)
    {
        Now = Now.AddMinutes(1);
        HistoryEvent[] fresh = [new EpisodeStarted(Now), .. events];
        var identity = new Identity("order-1", "Rig", execution, "parent-1", "Parent");
        var replay = new OrchestrationReplay(
            identity, JsonDataConverter.Default, NullLoggerFactory.Instance, Code, () => Strays++);
        var outcome = replay.Run(History, fresh);
        History.AddRange(fresh);
        History.AddRange(outcome.Actions);
        return outcome;
    }

    public Outcome Done(int id, string? json = null) => Step(new TaskCompleted(id, Payload.Of(json)));

    public Outcome Failed(int id, string message) =>
        Step(new TaskFailed(id, new Failure(Failure.UnknownType, message, null)));

    public Outcome Raise(string name, string? json) => Step(new EventRaised(name, Payload.Of(json)));

    public static string Output(Outcome outcome) => outcome.Ending switch
    {
        Ending.Returned returned => returned.Output?.Text ?? "nothing",
        Ending.Failed failed => failed.Output,
        var other => $"{other}",
    };
}
