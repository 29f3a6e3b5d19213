namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <content>External events: buffered until someone waits, the last waiter first.</content>
internal sealed partial class ReplayContext
{
    private readonly Dictionary<string, Stack<Waiter>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EventRaised> _buffered = [];

    private sealed record Waiter(Type Type, Action<Payload?> Deliver, Func<bool> IsDone);

    /// <summary>Raised and not taken.</summary>
    public IReadOnlyList<EventRaised> Buffered => _buffered;

    private bool HasWaiters => _waiters.Values.Any(stack => stack.Any(waiter => !waiter.IsDone()));

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        var source = new TaskCompletionSource<T>();
        var buffered = _buffered.FindIndex(e => Same(e.Name, eventName));
        if (buffered >= 0)
        {
            source.SetResult(converter.Deserialize<T>(_buffered[buffered].Input?.Text)!);
            _buffered.RemoveAt(buffered);
            return source.Task;
        }

        Push(eventName, new Waiter(
            typeof(T),
            payload => source.TrySetResult(converter.Deserialize<T>(payload?.Text)!),
            () => source.Task.IsCompleted));
        cancellationToken.Register(() => source.TrySetCanceled(cancellationToken));
        return source.Task;
    }

    public override void SendEvent(string instanceId, string eventName, object payload) =>
        _asked.Add(new EventSent(_nextId++, instanceId, eventName, Serialize(payload)));

    /// <summary>Gives an event to the newest waiter of its name, or keeps it. A payload of another type throws.
    /// </summary>
    public void Raise(EventRaised raised)
    {
        while (_waiters.TryGetValue(raised.Name, out var stack) && stack.TryPop(out var waiter))
        {
            if (waiter.IsDone()) continue;
            waiter.Deliver(raised.Input);
            return;
        }

        _buffered.Add(raised);
    }

    private void Push(string eventName, Waiter waiter)
    {
        if (!_waiters.TryGetValue(eventName, out var stack)) _waiters[eventName] = stack = new();
        if (stack.TryPeek(out var top) && top.Type != waiter.Type)
        {
            throw new ArgumentException(
                $"Event '{eventName}' is waited for as {top.Type} and as {waiter.Type}.", nameof(eventName));
        }

        stack.Push(waiter);
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
