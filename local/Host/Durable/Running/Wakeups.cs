using System.Collections.Concurrent;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>Calls back at an instant; one call for each key, a new one replacing the one before.</summary>
internal sealed class Wakeups(TimeProvider time) : IDisposable
{
    // Timers are re-armed at least this often, since the system's own reach only 49 days.
    private static readonly TimeSpan StepMax = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<object, ITimer> _timers = new();

    public void At(object key, DateTimeOffset due, Action call)
    {
        var wait = due - time.GetUtcNow();
        if (wait > StepMax) wait = StepMax;
        else if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        var timer = time.CreateTimer(
            _ =>
            {
                Forget(key);
                call();
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timers.AddOrUpdate(key, timer, (_, before) =>
        {
            before.Dispose();
            return timer;
        });

        // Early by a fraction of a millisecond would find nothing due.
        timer.Change(wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    public void Forget(object key)
    {
        if (_timers.TryRemove(key, out var timer)) timer.Dispose();
    }

    public void Dispose()
    {
        foreach (var key in _timers.Keys) Forget(key);
    }
}
