namespace CustomerFunctions.Events;

/// <summary>Which receivers do not answer, or slowly, as this instance saw last. Messages of the topic do not wait for
/// such: the timer sends what is theirs, and one message a minute looks whether they are well again.</summary>
public sealed class ReceiverHealth(TimeProvider clock)
{
    /// <summary>An answer that took longer is slow.</summary>
    public static readonly TimeSpan SlowFrom = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _resting = new(StringComparer.Ordinal);

    /// <summary>True for a receiver that is well; for another once a minute.</summary>
    public bool MayTry(string subscriptionId)
    {
        lock (_lock)
        {
            if (!_resting.TryGetValue(subscriptionId, out var until)) return true;
            var now = clock.GetUtcNow();
            if (now < until) return false;
            _resting[subscriptionId] = now + Rest;
            return true;
        }
    }

    /// <summary>Notes how an attempt went.</summary>
    public void Note(string subscriptionId, bool answered, TimeSpan took)
    {
        lock (_lock)
        {
            if (answered && took < SlowFrom) _resting.Remove(subscriptionId);
            else _resting[subscriptionId] = clock.GetUtcNow() + Rest;
        }
    }
}
