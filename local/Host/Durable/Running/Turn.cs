using CustomerFunctions.Local.Host.Durable.Replay;
using CustomerFunctions.Local.Host.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>What an orchestration's next episode is given: due timers and messages, in order of arrival.</summary>
/// <param name="Events">New events, the episode's start first.</param>
/// <param name="Consumed">Keys of the messages that these came from, or that no longer matter.</param>
internal sealed record Turn(IReadOnlyList<HistoryEvent> Events, IReadOnlyList<string> Consumed)
{
    // So that their deletions fit the committing transaction beside the head.
    private const int MessagesMax = 60;

    /// <summary>Null when nothing is to be done now.</summary>
    /// <param name="force">Whether there is an episode even so.</param>
    public static Turn? Plan(InstanceState state, DateTimeOffset now, bool force = false)
    {
        var suspended = state.Head.Status == OrchestrationRuntimeStatus.Suspended;
        var waiting = state.Inbox.Values.Where(m => !suspended || IsControl(m.Event)).OrderBy(m => m.Ticks)
            .Take(MessagesMax).ToList();
        var begins = !state.HasStarted && (state.Head.StartAt is not { } start || start <= now);
        if (!begins && !state.HasStarted) waiting = [.. waiting.Where(m => m.Event is Terminated)];
        var timers = suspended ? [] : state.Timers.Where(t => t.Value <= now).ToList();
        if (!force && !begins && waiting.Count == 0 && timers.Count == 0) return null;

        List<HistoryEvent> events = [new EpisodeStarted(now)];
        if (begins) events.Add(new ExecutionStarted(state.Head.Input));
        var consumed = new List<string>();
        var arrived = waiting.Select(m => (m.Ticks, m.Event, Key: (string?)m.RowKey))
            .Concat(timers.Select(t =>
                (Ticks: t.Value.UtcTicks, Event: (HistoryEvent)new TimerFired(t.Key), Key: (string?)null)))
            .OrderBy(m => m.Ticks);
        foreach (var (_, next, key) in arrived)
        {
            events.Add(next);
            if (key is not null) consumed.Add(key);

            // What follows is read under the new state.
            if (IsControl(next)) break;
        }

        return new(events, consumed);
    }

    private static bool IsControl(HistoryEvent next) => next is Suspended or Resumed or Terminated;
}
