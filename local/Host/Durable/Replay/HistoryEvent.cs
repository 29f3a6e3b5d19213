using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <summary>One thing that happened to an orchestration. A replay of all of them gives the same steps again.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[JsonDerivedType(typeof(EpisodeStarted), "ep")]
[JsonDerivedType(typeof(ExecutionStarted), "start")]
[JsonDerivedType(typeof(ActivityScheduled), "act")]
[JsonDerivedType(typeof(TimerCreated), "timer")]
[JsonDerivedType(typeof(SubOrchestrationStarted), "sub")]
[JsonDerivedType(typeof(EventSent), "sent")]
[JsonDerivedType(typeof(TaskCompleted), "done")]
[JsonDerivedType(typeof(TaskFailed), "fail")]
[JsonDerivedType(typeof(TimerFired), "fired")]
[JsonDerivedType(typeof(EventRaised), "raised")]
[JsonDerivedType(typeof(Suspended), "susp")]
[JsonDerivedType(typeof(Resumed), "res")]
[JsonDerivedType(typeof(Terminated), "term")]
internal abstract record HistoryEvent
{
    private static readonly JsonSerializerOptions Compact = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One page of history as stored.</summary>
    public static string Write(IReadOnlyList<HistoryEvent> events) => JsonSerializer.Serialize(events, Compact);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<HistoryEvent> Read(string json) =>
        JsonSerializer.Deserialize<List<HistoryEvent>>(json, Compact) ?? [];
}

/// <summary>The orchestrator ran again at this time, which its clock shows until the next episode.</summary>
internal sealed record EpisodeStarted(DateTimeOffset At) : HistoryEvent;

/// <summary>The first event of each generation.</summary>
internal sealed record ExecutionStarted(Payload? Input) : HistoryEvent;

/// <summary>Something that the orchestrator's code asked for; ids count from 0 over all of them.</summary>
internal abstract record OrchestratorAction(int Id) : HistoryEvent
{
    /// <summary>What the code must ask for again on replay.</summary>
    public abstract string Sign();
}

/// <summary>An activity was called.</summary>
internal sealed record ActivityScheduled(int Id, string Name, Payload? Input) : OrchestratorAction(Id)
{
    public override string Sign() => $"activity '{Name}'";
}

/// <summary>A durable timer was set. <paramref name="DueAt"/> is when the queue behind it shows it.</summary>
internal sealed record TimerCreated(int Id, DateTimeOffset FireAt, DateTimeOffset DueAt) : OrchestratorAction(Id)
{
    public override string Sign() => "timer";
}

/// <summary>Another orchestration was called.</summary>
internal sealed record SubOrchestrationStarted(int Id, string Name, string InstanceId, Payload? Input)
    : OrchestratorAction(Id)
{
    public override string Sign() => $"sub-orchestration '{Name}' ({InstanceId})";
}

/// <summary>An event was sent to another orchestration.</summary>
internal sealed record EventSent(int Id, string InstanceId, string Name, Payload? Input) : OrchestratorAction(Id)
{
    public override string Sign() => $"event '{Name}' to {InstanceId}";
}

/// <summary>An activity or sub-orchestration returned.</summary>
internal sealed record TaskCompleted(int Id, Payload? Result) : HistoryEvent;

/// <summary>An activity or sub-orchestration failed.</summary>
internal sealed record TaskFailed(int Id, Failure Failure) : HistoryEvent;

/// <summary>A timer came due.</summary>
internal sealed record TimerFired(int Id) : HistoryEvent;

/// <summary>Someone raised an event; names are compared without regard to case.</summary>
internal sealed record EventRaised(string Name, Payload? Input) : HistoryEvent;

/// <summary>From here on only control messages are read.</summary>
internal sealed record Suspended(string? Reason) : HistoryEvent;

/// <summary>Ends <see cref="Suspended"/>.</summary>
internal sealed record Resumed(string? Reason) : HistoryEvent;

/// <summary>Ended from outside.</summary>
internal sealed record Terminated(Payload? Output) : HistoryEvent;

/// <summary>Why a task failed, as it crosses from one function to another.</summary>
/// <param name="Type">Exception type; for activities "(unknown)", since the real host loses it.</param>
/// <param name="Message">The exception's message.</param>
/// <param name="Stack">Stack trace text.</param>
internal sealed record Failure(string Type, string Message, string? Stack)
{
    public const string UnknownType = "(unknown)";

    // Characters kept, so that a failure always fits its row.
    private const int TextMax = 20_000;

    public static Failure OfActivity(Exception thrown) => Of(UnknownType, thrown);

    public static Failure OfOrchestrator(Exception thrown) => Of(thrown.GetType().ToString(), thrown);

    private static Failure Of(string type, Exception thrown) => new(type, Cut(thrown.Message)!, Cut(thrown.StackTrace));

    private static string? Cut(string? text) => text?.Length > TextMax ? text[..TextMax] : text;
}
