using System.Collections.Concurrent;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Access.Storage;

/// <summary>Keys and applications as every request needs them: at most 5 seconds old, and at once for what this
/// instance changed itself.</summary>
public sealed class KeyCache(AccessTable table, TimeProvider clock)
{
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);
    private readonly ShortCache<KeyHolder> _holders = new(clock);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _touched = new(StringComparer.Ordinal);

    /// <summary>A key with its application, or null.</summary>
    public Task<KeyHolder?> FindAsync(string application, string keyId, CancellationToken cancel) =>
        _holders.GetAsync($"{application}|{keyId}", () => table.FindKeyAsync(application, keyId, cancel));

    /// <summary>Forgets a key that was revoked here.</summary>
    public void Forget(AccessKey key) => _holders.Forget($"{key.Application}|{key.KeyId}");

    /// <summary>Forgets everything: an application that was changed here may stand behind many keys.</summary>
    public void Clear() => _holders.Clear();

    /// <summary>Notes the use of a key, at most once a minute.</summary>
    public async Task TouchAsync(AccessKey key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var last = _touched.GetOrAdd(key.KeyId, key.LastUsedAt ?? DateTimeOffset.MinValue);
        if (now - last < TouchEvery || !_touched.TryUpdate(key.KeyId, now, last)) return;
        await table.TouchAsync(key, now, cancel);
    }
}
