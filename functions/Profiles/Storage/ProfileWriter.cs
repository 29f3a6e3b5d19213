using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>What a writer wants.</summary>
/// <param name="Environment">Where.</param>
/// <param name="IntegrationId">Whom.</param>
/// <param name="Change">Names the change.</param>
/// <param name="IfMatch">The ETag that the customer must still have, or null.</param>
/// <param name="Decide">From the customer as it is (null when there is none) to what it shall be. Pure: it may be asked
/// several times.</param>
public sealed record ProfileWrite(
    AppEnvironment Environment,
    string IntegrationId,
    Change Change,
    string? IfMatch,
    Func<StoredProfile?, Result<Profile>> Decide)
{
    /// <summary>True when the change shows that the phone is the customer's.</summary>
    public bool ProvesPhone { get; init; }

    /// <summary>What the customer goes back to, beside the data; null for a change like any other.</summary>
    public ProfileBefore? Back { get; init; }

    /// <summary>Who, as the audit trail tells; what no caller asked for is the app's own.</summary>
    public string By { get; init; } = "app";

    /// <summary>A change of a customer who must be there, by somebody.</summary>
    public static ProfileWrite OfExisting(
        AppEnvironment environment, string integrationId, Change change, string? ifMatch, string by,
        Func<Profile, Result<Profile>> decide) => new(
            environment, integrationId, change, ifMatch,
            current => current is null ? ProfileErrors.NotFound : decide(current.Profile))
        {
            By = by,
        };
}

/// <summary>What a customer had before a change that is undone, beside the data.</summary>
/// <param name="ChangedAt">When the customer had been changed before.</param>
/// <param name="MobileVerified">Whether the phone was proven.</param>
public sealed record ProfileBefore(DateTimeOffset ChangedAt, bool MobileVerified);

/// <summary>A customer after a write.</summary>
/// <param name="Profile">As it is now.</param>
/// <param name="Created">The change made it.</param>
/// <param name="Changed">Something was written, now or by an earlier call with the same change.</param>
/// <param name="Hit">The change had been made before.</param>
public sealed record SavedProfile(StoredProfile Profile, bool Created, bool Changed, bool Hit);

/// <summary>
/// Writes one customer. Order: id row, note for the timer, claims, index rows, then the profile's row with its event
/// in one transaction, then what no longer holds goes. Whatever breaks off in between blocks nobody and is cleared
/// away by the timer.
/// </summary>
public sealed class ProfileWriter(
    ProfileKeysTable keys, ProfilesTable profiles, ProfileClaims claims, ProfileSidelines sidelines, TimeProvider clock)
{
    /// <summary>Makes the change, at most once. Fails with what Decide fails with, stale, email-taken, phone-taken,
    /// idempotency-key-reused, contention.</summary>
    public Task<Result<SavedProfile>> WriteAsync(ProfileWrite write, CancellationToken cancel) =>
        Contention.RetryAsync(c => AttemptAsync(write, c), cancel);

    private async Task<Result<SavedProfile>?> AttemptAsync(ProfileWrite write, CancellationToken cancel)
    {
        var code = Ownership.OfId(write.Environment, write.IntegrationId);
        var id = await keys.FindAsync(write.Environment, code, cancel);
        var row = id is null ? null : await profiles.FollowAsync(write.Environment, id.Key, cancel);
        var current = row?.Customer;
        if (current is not null && row!.Find(write.Change.Id) is { } note) return Repeated(write, current, note);
        if (write.IfMatch is { } expected && expected != current?.ETag) return ProfileErrors.Stale;
        if (!write.Decide(current).Try(out var decided, out var refusal)) return refusal;
        var wanted = decided.Settled(current?.Profile, clock.GetUtcNow());
        if (current is not null && ProfileDocument.Same(current.Profile, wanted)
            && (current.MobileVerified || !write.ProvesPhone))
            return new SavedProfile(current, false, false, false);

        if (await PlaceAsync(write.Environment, code, id, row, cancel) is not { } key) return null;
        return await SaveAsync(write, Next(write, key, current is null ? null : row, wanted), row, cancel);
    }

    private static Result<SavedProfile> Repeated(ProfileWrite write, StoredProfile current, ChangeNote note) =>
        note.BodyHash.Length > 0 && note.BodyHash != write.Change.BodyHash
            ? ProfileErrors.IdempotencyKeyReused
            : new SavedProfile(current, note.Created, true, true);

    /// <summary>The key that the id leads to: a new one where there is none, or where the old one can never be a
    /// customer again. Null when somebody else was faster.</summary>
    private async Task<ProfileKey?> PlaceAsync(
        AppEnvironment environment, string code, KeyRow? id, ProfileRow? row, CancellationToken cancel)
    {
        if (id is not null && row is null or { State: RowState.Live }) return row?.Key ?? id!.Key;
        var now = clock.GetUtcNow();
        var key = ProfileKey.New(now);
        var placed = id is null
            ? await keys.TryInsertAsync(environment, code, key, now, cancel)
            : await keys.TryReplaceAsync(environment, id, key, now, cancel);
        return placed?.Key;
    }

    private ProfileRow Next(ProfileWrite write, ProfileKey key, ProfileRow? live, Profile wanted)
    {
        var now = clock.GetUtcNow();
        var before = live ?? ProfileRow.Blank(key, write.IntegrationId);
        var next = before.With(write.Environment, wanted, write.Change, now, write.By);
        return write switch
        {
            { ProvesPhone: true } => next with { MobileVerified = true },
            { Back: { } back } => next with { ChangedAt = back.ChangedAt, MobileVerified = back.MobileVerified },
            _ => next,
        };
    }

    private async Task<Result<SavedProfile>?> SaveAsync(
        ProfileWrite write, ProfileRow next, ProfileRow? read, CancellationToken cancel)
    {
        var before = next.ETag == default ? null : read;
        var plan = ProfilePlan.Between(before?.Claims ?? [], before?.Entries ?? [], next.Claims, next.Entries);
        var mark = await sidelines.AnnounceAsync(write.Environment, next.Key, plan, cancel);
        var held = new List<KeyRow>();
        foreach (var code in plan.Claims)
        {
            var (result, claim) = await claims.AcquireAsync(
                write.Environment, next.Key, code, clock.GetUtcNow(), cancel);
            if (result == ClaimResult.Wait) return null;
            if (result == ClaimResult.Held)
            {
                held.Add(claim!);
                continue;
            }

            await claims.ReleaseAsync(write.Environment, held, cancel);
            await sidelines.CloseAsync(mark, cancel);
            return ProfileErrors.Taken(code);
        }

        var released = await claims.OfAsync(write.Environment, next.Key, plan.Released, cancel);
        await sidelines.PutAsync(write.Environment, next.Key, plan, cancel);
        await profiles.CommitAsync(
            write.Environment, next, cancel,
            ProfileEvents.Of(before, next, write.Change.Id, next.Audit?.At));
        await claims.ReleaseAsync(write.Environment, released, cancel);
        if (plan.Dropped.IsEmpty) await sidelines.CloseAsync(mark, cancel);
        return new SavedProfile(next.Customer!, before is null, true, false);
    }
}
