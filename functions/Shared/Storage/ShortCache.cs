using System.Collections.Concurrent;

namespace CustomerFunctions.Shared.Storage;

/// <summary>Keeps look-ups that every request makes for a few seconds on this instance.</summary>
public sealed class ShortCache<T>(TimeProvider clock)
    where T : class
{
    /// <summary>How long another instance's change may stay unseen.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(5);

    /// <summary>Entries before the cache is emptied: a bound on memory, far over what one installation needs.</summary>
    public const int CountMax = 10_000;

    private readonly ConcurrentDictionary<string, (T? Value, long At)> _entries = new(StringComparer.Ordinal);
    private int _forgotten;

    /// <summary>The kept value when it is fresh, else what <paramref name="load"/> finds. Nothing found is not kept,
    /// so that what was just made is seen at once; neither is what was loaded while something was forgotten, because
    /// it may be older than that change.</summary>
    public async Task<T?> GetAsync(string key, Func<Task<T?>> load)
    {
        if (_entries.TryGetValue(key, out var kept) && clock.GetElapsedTime(kept.At) < AgeMax) return kept.Value;
        var (loadedAt, forgotten) = (clock.GetTimestamp(), Volatile.Read(ref _forgotten));
        var value = await load();
        if (_entries.Count >= CountMax) _entries.Clear();
        if (value is not null) _entries[key] = (value, loadedAt);
        if (forgotten != Volatile.Read(ref _forgotten)) _entries.TryRemove(key, out _);
        return value;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _forgotten);
        _entries.Clear();
    }

    /// <summary>Forgets a value that this instance has just changed.</summary>
    public void Forget(string key)
    {
        Interlocked.Increment(ref _forgotten);
        _entries.TryRemove(key, out _);
    }
}
