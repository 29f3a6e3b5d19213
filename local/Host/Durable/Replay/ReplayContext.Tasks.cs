using Microsoft.DurableTask;

namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <content>Activities, sub-orchestrations and timers.</content>
internal sealed partial class ReplayContext
{
    private readonly Dictionary<int, OpenTask> _open = [];
    private readonly List<OrchestratorAction> _asked = [];
    private int _nextId;

    private sealed record OpenTask(
        string Name, bool IsTimer, Action<Payload?> Complete, Action<Exception> Fail);

    /// <summary>Requests that no event of history answers yet, in order.</summary>
    public IReadOnlyList<OrchestratorAction> Asked => _asked;

    /// <summary>Timers not fired and not cancelled.</summary>
    public IReadOnlySet<int> OpenTimers => _open.Where(o => o.Value.IsTimer).Select(o => o.Key).ToHashSet();

    /// <summary>True while the code waits for anything durable.</summary>
    public bool Waits => _open.Count > 0 || HasWaiters;

    public override Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null)
    {
        RefuseMisplacedOptions(input, options);
        var payload = Serialize(input);
        return WithRetry(() => Ask<TResult>(name, id => new ActivityScheduled(id, name, payload)), options?.Retry);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        RefuseMisplacedOptions(input, options);
        var payload = Serialize(input);
        var instance = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        return WithRetry(
            () => Ask<TResult>(
                orchestratorName, id => new SubOrchestrationStarted(id, orchestratorName, instance, payload)),
            options?.Retry);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var utc = new DateTimeOffset(fireAt.ToUniversalTime());
        var source = new TaskCompletionSource();
        var id = _nextId++;
        _open[id] = new("timer", true, _ => source.TrySetResult(), e => source.TrySetException(e));
        _asked.Add(new TimerCreated(id, utc, WholeSeconds(utc)));
        cancellationToken.Register(() =>
        {
            _open.Remove(id);
            source.TrySetCanceled(cancellationToken);
        });
        return source.Task;
    }

    /// <summary>Takes the first unanswered request off when it is what history holds.</summary>
    public void Confirm(OrchestratorAction stored)
    {
        if (_asked.FirstOrDefault() is { } asked && asked.Id == stored.Id && asked.Sign() == stored.Sign())
        {
            _asked.RemoveAt(0);
            return;
        }

        var instead = _asked.Count > 0 ? $"{_asked[0].Sign()} (#{_asked[0].Id})" : "nothing";
        throw new NonDeterministicOrchestrationException(
            $"Non-deterministic orchestrator: history holds {stored.Sign()} (#{stored.Id}), "
            + $"the code asked for {instead}. Its code was changed, or it depends on more than its context.");
    }

    /// <summary>Fails when the code asked for more than history holds of a finished episode.</summary>
    public void ExpectNothingAsked()
    {
        if (_asked.Count == 0) return;
        throw new NonDeterministicOrchestrationException(
            $"Non-deterministic orchestrator: the code asked for {_asked[0].Sign()} (#{_asked[0].Id}), "
            + "which history does not hold. Its code was changed, or it depends on more than its context.");
    }

    /// <summary>Answers a request; a second answer, or one to a cancelled timer, is dropped.</summary>
    public void Complete(int id, Payload? result)
    {
        if (_open.Remove(id, out var task)) task.Complete(result);
    }

    /// <summary>Answers a request with a failure.</summary>
    public void Fail(int id, Failure failure)
    {
        if (!_open.Remove(id, out var task)) return;
        var details = new TaskFailureDetails(failure.Type, failure.Message, failure.Stack, null, null);
        task.Fail(new TaskFailedException(task.Name, id, details));
    }

    // The real storage queue shows a timer after whole seconds, rounded down; a timer in the past fires at once.
    private DateTimeOffset WholeSeconds(DateTimeOffset fireAt)
    {
        var seconds = Math.Floor((fireAt - Clock).TotalSeconds);
        return seconds <= 0 ? Clock : Clock.AddSeconds(seconds);
    }

    private Task<TResult> Ask<TResult>(TaskName name, Func<int, OrchestratorAction> action)
    {
        var source = new TaskCompletionSource<TResult>();
        var id = _nextId++;
        _open[id] = new(name.Name, false, result => Deliver(source, result), e => source.TrySetException(e));
        _asked.Add(action(id));
        return source.Task;
    }

    private void Deliver<TResult>(TaskCompletionSource<TResult> source, Payload? result)
    {
        try
        {
            source.TrySetResult(converter.Deserialize<TResult>(result?.Text)!);
        }
        catch (Exception e)
        {
            // The orchestrator's code sees that the result does not read as its type.
            source.TrySetException(e);
        }
    }

    private static void RefuseMisplacedOptions(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
            throw new ArgumentException("Task options were passed as the input.", nameof(input));
    }
}
