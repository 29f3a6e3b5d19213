using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles;

/// <summary>Two customers to be made one.</summary>
/// <param name="From">Who goes; as <paramref name="Into"/> when that has happened before.</param>
/// <param name="Into">Who stays.</param>
public sealed record MergePair(StoredProfile From, StoredProfile Into)
{
    /// <summary>True when the one was merged into the other before.</summary>
    public bool IsDone => From.Key == Into.Key;
}

/// <summary>The door for Lifecycle: the profiles' part of a merge, step by step.</summary>
public sealed class ProfileMerges(ProfileDirectory directory, ProfileMerger merger)
{
    /// <summary>Both customers. Fails with: not-found (who goes), invalid (who stays).</summary>
    public async Task<Result<MergePair>> FindAsync(
        AppEnvironment environment, string fromId, string intoId, CancellationToken cancel)
    {
        if (await directory.FindAsync(environment, fromId, cancel) is not { } from) return ProfileErrors.NotFound;
        if (fromId == intoId) return Error.Invalid("/into", "It must be another customer.");
        if (await directory.FindAsync(environment, intoId, cancel) is not { } into)
            return Error.Invalid("/into", "There is no such customer.");
        // An id that leads elsewhere already must not take along whom it leads to.
        if (from.IntegrationId != fromId && from.Key != into.Key)
            return ProfileErrors.AlreadyMerged(from.IntegrationId);
        if (from.Key == into.Key && from.IntegrationId == fromId)
            return Error.Invalid("/into", "That customer was merged into this one.");
        return new MergePair(from, into);
    }

    /// <summary>A registered customer and the guest whose history it claims. Fails with: not-found (who claims),
    /// not-registered, invalid (no such guest).</summary>
    public async Task<Result<MergePair>> FindClaimAsync(
        AppEnvironment environment, string id, string guestId, CancellationToken cancel)
    {
        if (await directory.FindAsync(environment, id, cancel) is not { } into) return ProfileErrors.NotFound;
        if (into.Profile.Kind != ProfileKind.Registered) return ProfileErrors.NotRegistered;
        var guest = await directory.FindAsync(environment, guestId, cancel);
        var isDone = guest?.Key == into.Key && guestId != into.IntegrationId;
        return guest is not null && (isDone || guest.Profile.Kind == ProfileKind.Guest)
            ? new MergePair(guest, into)
            : Error.Invalid("/guest", "There is no such guest.");
    }

    /// <summary>What in the profiles themselves speaks against making the two one, as sentences.</summary>
    public static IReadOnlyList<string> ReasonsAgainst(MergePair pair) =>
        ProfileUnion.ReasonsAgainst(pair.Into, pair.From);

    /// <summary>How far a merge has come. One call.</summary>
    public Task<MergeStage> StageAsync(MergeTicket ticket, CancellationToken cancel) =>
        merger.StageAsync(ticket, cancel);

    /// <summary>Makes the one a pointer to the other: whoever writes to it from now on writes to the other.
    /// <paramref name="announce"/> tells a timer before. Fails with: not-found, merge-blocked, contention.</summary>
    /// <param name="ticket">Which merge.</param>
    /// <param name="by">Who merges them, for the audit trail.</param>
    /// <param name="announce">Tells a timer.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<Error?> BeginAsync(MergeTicket ticket, string by, Func<Task> announce, CancellationToken cancel) =>
        merger.BeginAsync(ticket, by, announce, cancel);

    /// <summary>Gives the other the data, claims, ids and figures of the one. Fails with: contention.</summary>
    public async Task<Error?> GiveAsync(MergeTicket ticket, CancellationToken cancel)
    {
        var refusal = await merger.GiveAsync(ticket, cancel);
        directory.Forget();
        return refusal;
    }

    /// <summary>Ends a merge that every area has done its part of. Fails with: contention.</summary>
    public Task<Error?> EndAsync(MergeTicket ticket, CancellationToken cancel) => merger.EndAsync(ticket, cancel);

    /// <summary>Gives up a merge that has not begun; false when it has.</summary>
    public Task<bool> TryAbandonAsync(MergeTicket ticket, CancellationToken cancel) =>
        merger.TryAbandonAsync(ticket, cancel);
}
