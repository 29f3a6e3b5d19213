namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <summary>How an execution of the orchestrator's code ended, when it ended.</summary>
internal abstract record Ending
{
    public sealed record Returned(Payload? Output) : Ending;

    /// <param name="Output">Plain text, as the real host shows it.</param>
    /// <param name="Failure">What a calling orchestration is told.</param>
    public sealed record Failed(string Output, Failure Failure) : Ending;

    public sealed record ContinuedAsNew(Payload? Input, IReadOnlyList<EventRaised> Carried) : Ending;

    public sealed record TerminatedByRequest(Payload? Output) : Ending;
}

/// <summary>What one episode came to.</summary>
/// <param name="Actions">New requests of the code, in order.</param>
/// <param name="Ending">Null while the orchestration waits.</param>
/// <param name="CustomStatus">JSON of the status that the code set, "null" included; null when it set none.</param>
/// <param name="OpenTimers">Timers that someone still waits for.</param>
internal sealed record Outcome(
    IReadOnlyList<OrchestratorAction> Actions,
    Ending? Ending,
    string? CustomStatus,
    IReadOnlySet<int> OpenTimers);

/// <summary>Who an orchestration is; fixed for one generation.</summary>
/// <param name="InstanceId">Its id.</param>
/// <param name="Name">The orchestrator function's name.</param>
/// <param name="Execution">New for each generation and each reuse of the id.</param>
/// <param name="ParentId">The calling orchestration, if any.</param>
/// <param name="ParentName">That one's name.</param>
internal sealed record Identity(
    string InstanceId, string Name, string Execution, string? ParentId = null, string? ParentName = null);

/// <summary>The code asked for something else than history holds: it is not deterministic, or it was changed.</summary>
public sealed class NonDeterministicOrchestrationException : Exception
{
    public NonDeterministicOrchestrationException()
    {
    }

    public NonDeterministicOrchestrationException(string message)
        : base(message)
    {
    }

    public NonDeterministicOrchestrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
