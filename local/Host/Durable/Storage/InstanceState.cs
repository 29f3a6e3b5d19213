using CustomerFunctions.Local.Host.Durable.Replay;

namespace CustomerFunctions.Local.Host.Durable.Storage;

/// <summary>One orchestration as storage holds it, kept in memory by the one who runs it.</summary>
internal sealed class InstanceState(InstanceHead head)
{
    public InstanceHead Head { get; set; } = head;

    /// <summary>Committed events of this execution, payloads at hand.</summary>
    public List<HistoryEvent> History { get; } = [];

    /// <summary>Keys of the rows that hold <see cref="History"/>.</summary>
    public List<string> PageKeys { get; } = [];

    /// <summary>Messages not consumed yet, by key.</summary>
    public Dictionary<string, InboxMessage> Inbox { get; } = [];

    /// <summary>Activities that have no result yet.</summary>
    public Dictionary<int, PendingAction> Activities { get; } = [];

    /// <summary>Messages to other orchestrations that have not gone out, by row key.</summary>
    public Dictionary<string, PendingAction> Outgoing { get; } = [];

    /// <summary>Rows that nothing refers to: of a commit that did not happen, or of an execution before.</summary>
    public List<string> Garbage { get; } = [];

    /// <summary>Ids of activities and sub-orchestrations without an answer.</summary>
    public HashSet<int> Open { get; } = [];

    /// <summary>Timers that did not fire yet, with the instant at which they do.</summary>
    public Dictionary<int, DateTimeOffset> Timers { get; } = [];

    public bool HasStarted { get; private set; }

    /// <summary>Adds committed events and what follows from them.</summary>
    public void Append(IEnumerable<HistoryEvent> events)
    {
        foreach (var next in events)
        {
            History.Add(next);
            Note(next);
        }
    }

    private void Note(HistoryEvent next)
    {
        switch (next)
        {
            case ExecutionStarted:
                HasStarted = true;
                break;
            case TimerCreated timer:
                Timers[timer.Id] = timer.DueAt;
                break;
            case TimerFired fired:
                Timers.Remove(fired.Id);
                break;
            case ActivityScheduled or SubOrchestrationStarted:
                Open.Add(((OrchestratorAction)next).Id);
                break;
            case TaskCompleted done:
                Open.Remove(done.Id);
                break;
            case TaskFailed failed:
                Open.Remove(failed.Id);
                break;
        }
    }
}
