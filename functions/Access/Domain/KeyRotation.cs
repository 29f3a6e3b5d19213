using CustomerFunctions.Shared;

namespace CustomerFunctions.Access.Domain;

/// <summary>A key's succession: of a line of keys at most two hold at a time.</summary>
public static class KeyRotation
{
    /// <summary>How long the old key goes on holding when nothing is said, in minutes: a day.</summary>
    public const int OverlapMinutesDefault = 24 * 60;

    /// <summary>Longest time that two keys hold, in minutes: 30 days.</summary>
    public const int OverlapMinutesMax = 30 * 24 * 60;

    /// <summary>The old key as it is after the rotation: it holds for the overlap only, and not longer than before.
    /// Fails with: key-ended, key-rotated.</summary>
    /// <param name="old">The key that is succeeded.</param>
    /// <param name="successor">The new one.</param>
    /// <param name="all">All keys of the application.</param>
    /// <param name="overlap">How long the old one goes on holding.</param>
    /// <param name="now">When.</param>
    public static Result<AccessKey> Succeed(
        AccessKey old, AccessKey successor, IReadOnlyCollection<AccessKey> all, TimeSpan overlap, DateTimeOffset now)
    {
        if (!old.IsValidAt(now)) return AccessErrors.KeyEnded;
        if (all.Any(k => k.IsValidAt(now) && (k.KeyId == old.Successor || k.Successor == old.KeyId)))
            return AccessErrors.KeyRotated;
        var end = now + overlap;
        return old with { Successor = successor.KeyId, ExpiresAt = old.ExpiresAt < end ? old.ExpiresAt : end };
    }
}
