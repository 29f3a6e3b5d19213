using System.Text.Json;
using Azure;
using CustomerFunctions.Local.Host.Durable.Replay;
using CustomerFunctions.Local.Host.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>What every orchestration's runner uses.</summary>
internal sealed record RunnerTools(
    DurableStorage Storage,
    DurableFunctions Functions,
    ActivityWorker Activities,
    Courier Courier,
    Wakeups Wakeups,
    DataConverter Converter,
    ILoggerFactory Loggers,
    TimeProvider Time);

/// <summary>Moves one orchestration on, an episode at a time. <see cref="StepAsync"/> is called by one thread at once.
/// </summary>
internal sealed class InstanceRunner(string instanceId, RunnerTools tools, Action<InstanceRunner> wake)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, InboxMessage> _posted = [];
    private InstanceState? _state;
    private bool _stale = true;
    private volatile bool _strayed;

    public string InstanceId => instanceId;

    /// <summary>Adds a stored message; null asks for reading everything again.</summary>
    public void Post(InboxMessage? message)
    {
        lock (_gate)
        {
            if (message is null) _stale = true;
            else _posted[message.RowKey] = message;
        }
    }

    /// <summary>Runs one episode if there is something to do.</summary>
    /// <returns>True when nothing of this orchestration is left, so that it can be forgotten.</returns>
    public async Task<bool> StepAsync(CancellationToken cancel)
    {
        if (await StateAsync(cancel) is not { } state) return true;
        await tools.Courier.SendAllAsync(state, cancel);
        if (state.Head.IsFinished) return await FinishAsync(state, cancel);
        var now = tools.Time.GetUtcNow();
        if (Turn.Plan(state, now, force: _strayed) is not { } turn)
        {
            Sleep(state);
            return false;
        }

        await PlayAsync(state, turn, now, cancel);
        await tools.Courier.SendAllAsync(state, cancel);
        if (state.Head.IsFinished) return await FinishAsync(state, cancel);
        if (Turn.Plan(state, tools.Time.GetUtcNow()) is not null) wake(this);
        else Sleep(state);
        return false;
    }

    /// <summary>Forgets what is in memory after a fault.</summary>
    public void Drop() => Post(null);

    private async Task<InstanceState?> StateAsync(CancellationToken cancel)
    {
        bool load;
        lock (_gate)
        {
            // Whatever was posted before this moment is in storage by now.
            load = _stale;
            _stale = false;
            if (load) _posted.Clear();
        }

        if (load) await LoadAsync(cancel);
        lock (_gate)
        {
            foreach (var message in _posted.Values.Where(IsForThisExecution))
                _state?.Inbox.TryAdd(message.RowKey, message);
            _posted.Clear();
        }

        return _state;
    }

    // The result of a task that an execution before the present one asked for answers nobody.
    private bool IsForThisExecution(InboxMessage message) => !IsResult(message.RowKey)
        || (_state is { } state && message.RowKey.Split('|')[1] == state.Head.Identity.Execution);

    private async Task LoadAsync(CancellationToken cancel)
    {
        try
        {
            _state = await tools.Storage.Loader.LoadAsync(instanceId, cancel);
        }
        catch
        {
            Drop();
            throw;
        }

        if (_state is not { } state) return;
        await tools.Storage.Store.DeleteAsync(instanceId, state.Garbage, cancel);
        if (state.Head.IsFinished) return;
        foreach (var pending in state.Activities.Values) Order(state, pending);
    }

    private async Task PlayAsync(InstanceState state, Turn turn, DateTimeOffset now, CancellationToken cancel)
    {
        var outcome = Replay(state, turn);
        var commit = Episode.Commit(state.Head, turn, outcome, now);
        commit = await SpillAsync(commit, cancel);
        var before = (state.Head.Identity.Execution, state.PageKeys.ToList());
        var tags = await tools.Storage.Store.CommitAsync(commit, cancel);
        if (commit.Head.Identity.Execution != before.Execution) state = _state = Successor(state);
        state.Head = commit.Head with { ETag = tags[Keys.Head] };
        state.Append(commit.Events);
        foreach (var key in commit.Consumed) state.Inbox.Remove(key);
        foreach (var key in tags.Keys.Where(k => k.StartsWith("h|", StringComparison.Ordinal))) state.PageKeys.Add(key);
        Dispatch(state, commit, tags);
        foreach (var id in state.Timers.Keys.Where(id => !outcome.OpenTimers.Contains(id)).ToList())
            state.Timers.Remove(id);
        if (commit.ActionsOf != state.Head.Identity.Execution)
            await tools.Storage.Store.DeleteAsync(instanceId, before.Item2, cancel);
    }

    private Outcome Replay(InstanceState state, Turn turn)
    {
        var identity = state.Head.Identity;
        if (!tools.Functions.HasOrchestrator(identity.Name)) return Unknown(identity.Name);
        if (_strayed) return Strayed();
        var replay = new OrchestrationReplay(
            identity,
            tools.Converter,
            tools.Loggers,
            context => tools.Functions.OrchestrateAsync(identity.Name, context, state.Head.Input?.Text),
            () =>
            {
                _strayed = true;
                wake(this);
            });
        return replay.Run(state.History, turn.Events);
    }

    private static Outcome Unknown(string name)
    {
        var message = $"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function.";
        var output = JsonSerializer.Serialize(new { message, details = message });
        return Ended(new Ending.Failed(output, new Failure(Failure.UnknownType, message, null)));
    }

    private static Outcome Strayed()
    {
        var thrown = new InvalidOperationException(OrchestrationReplay.InvalidAwait);
        return Ended(new Ending.Failed($"{thrown.GetType()}: {thrown.Message}", Failure.OfOrchestrator(thrown)));
    }

    private static Outcome Ended(Ending ending) => new([], ending, null, new HashSet<int>());

    private async Task<EpisodeCommit> SpillAsync(EpisodeCommit commit, CancellationToken cancel)
    {
        var blobs = tools.Storage.Store.Blobs;
        var events = new List<HistoryEvent>();
        foreach (var next in commit.Events) events.Add(await blobs.SpillAsync(instanceId, next, cancel));

        // An action is the same object as its event, and must name the same blob.
        var spilled = events.OfType<OrchestratorAction>().ToDictionary(a => a.Id);
        var actions = new List<OrchestratorAction>();
        foreach (var action in commit.Actions)
        {
            actions.Add(spilled.TryGetValue(action.Id, out var same)
                ? same
                : await blobs.SpillAsync(instanceId, action, cancel));
        }

        return commit with
        {
            Events = events,
            Actions = actions,
            Head = commit.Head with
            {
                Input = await blobs.SpillAsync(instanceId, commit.Head.Input, cancel),
                Output = await blobs.SpillAsync(instanceId, commit.Head.Output, cancel),
            },
        };
    }

    private static InstanceState Successor(InstanceState ended)
    {
        var next = new InstanceState(ended.Head);
        foreach (var (key, message) in ended.Inbox)
            if (!IsResult(key)) next.Inbox[key] = message;
        foreach (var (key, pending) in ended.Outgoing) next.Outgoing[key] = pending;
        return next;
    }

    private void Dispatch(InstanceState state, EpisodeCommit commit, IReadOnlyDictionary<string, ETag> tags)
    {
        foreach (var action in commit.Actions)
        {
            if (action is ActivityScheduled activity)
            {
                var key = Keys.Activity(commit.ActionsOf, activity.Id);
                tools.Activities.Take(new(instanceId, commit.ActionsOf, activity, tags[key]));
            }
            else if (action is SubOrchestrationStarted or EventSent)
            {
                state.Outgoing[Keys.Outgoing(commit.ActionsOf, action.Id)] = new(action, null, ETag.All);
            }
        }
    }

    // An activity of a worker that died stays leased for a while; then it is given out again.
    private void Order(InstanceState state, PendingAction pending)
    {
        var activity = (ActivityScheduled)pending.Action;
        var order = new ActivityOrder(instanceId, state.Head.Identity.Execution, activity, pending.ETag);
        if (pending.LeaseUntil is { } until && until > tools.Time.GetUtcNow())
            tools.Wakeups.At((instanceId, order.RowKey), until, () => tools.Activities.Take(order));
        else tools.Activities.Take(order);
    }

    private void Sleep(InstanceState state)
    {
        var due = state.Timers.Values.DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        if (state.Head.Status == OrchestrationRuntimeStatus.Suspended) due = DateTimeOffset.MaxValue;
        if (!state.HasStarted && state.Head.StartAt is { } start && start < due) due = start;
        if (due < DateTimeOffset.MaxValue) tools.Wakeups.At(instanceId, due, () => wake(this));
    }

    private async Task<bool> FinishAsync(InstanceState state, CancellationToken cancel)
    {
        tools.Wakeups.Forget(instanceId);
        await tools.Courier.ReportAsync(state.Head, cancel);
        await tools.Storage.Index.CloseAsync(state.Head, cancel);

        // Meanwhile it may have been purged, or its id used again.
        var there = await tools.Storage.Store.FindAsync(instanceId, cancel);
        if (there is null) await tools.Storage.Index.DeleteAsync(instanceId, cancel);
        else if (!there.IsFinished) await tools.Storage.Index.OpenAsync(there.Identity, there.CreatedAt, cancel);
        return true;
    }

    private static bool IsResult(string rowKey) => rowKey.StartsWith("r|", StringComparison.Ordinal);
}
