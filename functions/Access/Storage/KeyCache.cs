using System.Collections.Concurrent;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Access.Storage;

/// <summary>Keys and applications as every request needs them: at most 5 seconds old, and at once for what this
/// instance changed itself.</summary>
public sealed class KeyCache(AccessTable table, TimeProvider clock)
{
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);
    private readonly ShortCache<AccessKey> _keys = new(clock);
    private readonly ShortCache<Application> _applications = new(clock);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _touched = new(StringComparer.Ordinal);

    /// <summary>One key, or null.</summary>
    public Task<AccessKey?> FindKeyAsync(string keyId, CancellationToken cancel) =>
        _keys.GetAsync(keyId, () => table.FindKeyAsync(keyId, cancel));

    /// <summary>One application, or null.</summary>
    public Task<Application?> FindApplicationAsync(string name, CancellationToken cancel) =>
        _applications.GetAsync(name, () => table.FindApplicationAsync(name, cancel));

    /// <summary>Forgets a key that was revoked here.</summary>
    public void ForgetKey(string keyId) => _keys.Forget(keyId);

    /// <summary>Forgets an application that was changed here.</summary>
    public void ForgetApplication(string name) => _applications.Forget(name);

    /// <summary>Notes the use of a key, at most once a minute.</summary>
    public async Task TouchAsync(AccessKey key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var last = _touched.GetOrAdd(key.KeyId, key.LastUsedAt ?? DateTimeOffset.MinValue);
        if (now - last < TouchEvery || !_touched.TryUpdate(key.KeyId, now, last)) return;
        await table.TouchAsync(key.KeyId, now, cancel);
    }
}
