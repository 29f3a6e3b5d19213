using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>
/// Clears away what broken-off writes left and what names no longer hold. For each note: read the rows that it tells
/// of, then the profile, then fence the profile as read, then remove those rows that it does not hold and that are
/// still as read. A writer that was merely slow fails at the fence; one that begins anew after it writes its rows
/// again, and they stay.
/// </summary>
public sealed class ProfileTidier(
    ProfilesTable profiles, ProfileSearchTable index, ProfileClaims claims, ProfileTrail trail, ProfileEraser eraser)
{
    /// <summary>Deals with everything that is due. <paramref name="now"/> stamps fences.</summary>
    public async Task<int> TidyAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var count = 0;
        await foreach (var item in trail.DueAsync(cancel))
            if (await TidyAsync(item, now, cancel)) count++;
        return count;
    }

    /// <summary>Deals with every note that names one of the customers, due or not, so that nothing of one who is erased
    /// waits for the timer. Writers who are at work begin anew.</summary>
    public async Task TidyAsync(
        AppEnvironment environment, IReadOnlyCollection<ProfileKey> keys, DateTimeOffset now, CancellationToken cancel)
    {
        await foreach (var item in trail.PendingAsync(cancel))
        {
            var (where, leftovers) = ProfileTrail.Read(item.Subject);
            if (where == environment && leftovers.Any(l => keys.Contains(l.Key))) await TidyAsync(item, now, cancel);
        }
    }

    private async Task<bool> TidyAsync(DueItem item, DateTimeOffset now, CancellationToken cancel)
    {
        var (environment, leftovers) = ProfileTrail.Read(item.Subject);
        var done = true;
        foreach (var leftover in leftovers) done &= await TidyAsync(environment, leftover, now, cancel);
        if (done) await trail.RemoveAsync(item, cancel);
        return done;
    }

    private async Task<bool> TidyAsync(
        AppEnvironment environment, Leftover leftover, DateTimeOffset now, CancellationToken cancel)
    {
        var entries = await index.OfAsync(environment, leftover.Key, leftover.Entries, cancel);
        var claimed = await claims.OfAsync(environment, leftover.Key, leftover.Claims, cancel);
        var row = await profiles.FindAsync(environment, leftover.Key, cancel);
        if (row?.State == RowState.Erasing && await eraser.EraseAsync(environment, leftover.Key, cancel) is not null)
            return false;
        if (row is null or { State: RowState.Live }
            && !await profiles.FenceAsync(environment, leftover.Key, row, now, cancel)) return false;
        foreach (var (entry, etag) in entries)
            if (row?.State != RowState.Live || !row.Entries.Contains(entry))
                await index.TryRemoveAsync(environment, leftover.Key, entry, etag, cancel);
        await claims.ReleaseAsync(environment, claimed.Where(c => row?.Owns(c.Code) is not true), cancel);
        return true;
    }
}
