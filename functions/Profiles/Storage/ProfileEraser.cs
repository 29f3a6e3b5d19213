using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>
/// Takes a customer's personal data away. The row loses it first, in one transaction with the event, and lists what is
/// still to go; then index rows, claims, id and audit trail go; then the row is an empty stub. Whatever breaks off is
/// finished by the next call or the timer. Figures stay under the key.
/// </summary>
public sealed class ProfileEraser(
    ProfileKeysTable keys, ProfilesTable profiles, ProfileClaims claims, ProfileSidelines sidelines, TimeProvider clock)
{
    /// <summary>The keys of whom an id leads to while there is still something to erase, its own first, or null.
    /// </summary>
    public async Task<IReadOnlyList<ProfileKey>?> FindAsync(
        AppEnvironment environment, string integrationId, CancellationToken cancel)
    {
        var id = await keys.FindAsync(environment, Ownership.OfId(environment, integrationId), cancel);
        if (id is null) return null;
        var row = await profiles.FollowAsync(environment, id.Key, cancel);
        return row?.State is RowState.Live or RowState.Erasing ? [row.Key, .. row.Absorbed] : null;
    }

    /// <summary>Erases a customer, or goes on where that broke off. Nothing happens when nothing is left.
    /// Fails with: merge-underway, contention.</summary>
    public async Task<Error?> EraseAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var done = await Contention.RetryAsync<bool>(c => AttemptAsync(environment, key, c), cancel);
        return done.Error;
    }

    /// <summary>Takes a customer's data from its row, so that nobody finds the customer any more; the rest of it goes
    /// with
    /// <see cref="EraseAsync"/>. Nothing happens when that was done before. Fails with: merge-underway, contention.
    /// </summary>
    public async Task<Error?> SealAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var done = await Contention.RetryAsync<bool>(
            async c =>
            {
                var row = await profiles.FindAsync(environment, key, c);
                if (row is { State: RowState.Live, Absorbing: not null }) return ProfileErrors.MergeUnderway;
                if (row is { State: RowState.Live }) await BlankAsync(environment, row, c);
                return true;
            },
            cancel);
        return done.Error;
    }

    private async Task<Result<bool>?> AttemptAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var row = await profiles.FindAsync(environment, key, cancel);
        if (row is { State: RowState.Live, Absorbing: not null }) return ProfileErrors.MergeUnderway;
        TrailMark? mark = null;
        if (row?.State == RowState.Live)
        {
            mark = await BlankAsync(environment, row, cancel);
            row = await profiles.FindAsync(environment, key, cancel);
        }

        if (row?.State == RowState.Erasing) await FinishAsync(environment, row, cancel);
        await sidelines.CloseAsync(mark, cancel);
        return true;
    }

    // The note stays until all is done: the timer goes on with what is left.
    private async Task<TrailMark> BlankAsync(AppEnvironment environment, ProfileRow row, CancellationToken cancel)
    {
        var mark = await sidelines.AnnounceErasureAsync(environment, row.Key, cancel);
        await profiles.CommitAsync(
            environment, Blank(environment, row), cancel,
            ProfileEvents.Erased(row.IntegrationId, clock.GetUtcNow()));
        return mark;
    }

    private static ProfileRow Blank(AppEnvironment environment, ProfileRow row) => row with
    {
        State = RowState.Erasing,
        Claims =
        [
            .. row.Claims, Ownership.OfId(environment, row.IntegrationId),
            .. row.Aliases.Select(a => Ownership.OfId(environment, a.IntegrationId)),
        ],
    };

    private async Task FinishAsync(AppEnvironment environment, ProfileRow row, CancellationToken cancel)
    {
        await sidelines.RemoveAsync(environment, row, cancel);
        var held = await claims.OfAsync(environment, row.Key, row.Claims, cancel);
        await claims.ReleaseAsync(environment, held, cancel);
        foreach (var key in row.Absorbed.Prepend(row.Key))
            await profiles.RemoveAuditAsync(environment, key, cancel);
        await profiles.CommitAsync(
            environment, row with { State = RowState.Erased, Claims = [], Entries = [] }, cancel);
    }
}
