using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>How an attempt to claim an email or phone went.</summary>
public enum ClaimResult
{
    /// <summary>It is claimed; the profile's row must confirm it.</summary>
    Held,

    /// <summary>Another registered customer owns it.</summary>
    Taken,

    /// <summary>Another writer is about to own it, or was faster: read again.</summary>
    Wait,
}

/// <summary>
/// Emails and phones that one registered customer owns alone. A claim is inserted before the profile's row and counts
/// once that row confirms it. A claim that its owner does not confirm is taken over when it is
/// <see cref="StaleAfter"/> old or its owner can never confirm it; before that the owner is fenced, so that one who
/// was merely slow fails instead of becoming a second owner. Whoever finds a claim of its own refreshes it, so that a
/// takeover that began before fails.
/// </summary>
public sealed class ProfileClaims(ProfileKeysTable keys, ProfilesTable profiles)
{
    /// <summary>How long a writer may take from its claim to its profile's row: many times what a request may last.
    /// </summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(30);

    /// <summary>Claims a code for a customer whose row, as read before, does not confirm it yet.</summary>
    public async Task<(ClaimResult Result, KeyRow? Row)> AcquireAsync(
        AppEnvironment environment, ProfileKey key, string code, DateTimeOffset now, CancellationToken cancel)
    {
        if (await keys.TryInsertAsync(environment, code, key, now, cancel) is { } made) return (ClaimResult.Held, made);
        if (await keys.FindAsync(environment, code, cancel) is not { } claim) return (ClaimResult.Wait, null);
        if (claim.Key != key)
        {
            var owner = await profiles.FindAsync(environment, claim.Key, cancel);
            if (owner?.Owns(code) is true) return (ClaimResult.Taken, null);
            if (!await MayTakeOverAsync(environment, claim, owner, now, cancel)) return (ClaimResult.Wait, null);
        }

        var taken = await keys.TryReplaceAsync(environment, claim, key, now, cancel);
        return (taken is null ? ClaimResult.Wait : ClaimResult.Held, taken);
    }

    /// <summary>The claims of some codes that are this customer's, as they are now.</summary>
    public async Task<IReadOnlyList<KeyRow>> OfAsync(
        AppEnvironment environment, ProfileKey key, IEnumerable<string> codes, CancellationToken cancel)
    {
        var found = new List<KeyRow>();
        foreach (var code in codes)
            if (await keys.FindAsync(environment, code, cancel) is { } claim && claim.Key == key) found.Add(claim);
        return found;
    }

    /// <summary>Gives claims back that are still as read.</summary>
    public async Task ReleaseAsync(AppEnvironment environment, IEnumerable<KeyRow> asRead, CancellationToken cancel)
    {
        foreach (var claim in asRead) await keys.TryDeleteAsync(environment, claim, cancel);
    }

    private async Task<bool> MayTakeOverAsync(
        AppEnvironment environment, KeyRow claim, ProfileRow? owner, DateTimeOffset now, CancellationToken cancel)
    {
        if (owner is not null && owner.State is not (RowState.Live or RowState.Merging)) return true;
        return now - claim.At >= StaleAfter
            && await profiles.FenceAsync(environment, claim.Key, owner, now, cancel);
    }
}
