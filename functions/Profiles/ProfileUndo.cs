using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles;

/// <summary>What became of a change that was to be undone.</summary>
public enum ProfileUndone
{
    /// <summary>The change had made the customer, who is gone.</summary>
    Removed,

    /// <summary>The customer is as before the change.</summary>
    Restored,

    /// <summary>The customer was changed, merged or used since, or a key is somebody else's by now: nothing was done.
    /// </summary>
    Kept,
}

/// <summary>The door to undo one change of a customer, as long as it is the last one. Safe to repeat: the answer is the
/// same.</summary>
public sealed class ProfileUndo(ProfilesTable profiles, ProfileDirectory directory, ProfileWriter writer)
{
    private const string VerifiedField = "mobileVerified";

    /// <summary>Undoes a change. Three calls for one that made the customer, about ten for another.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="key">The customer.</param>
    /// <param name="changeId">The change.</param>
    /// <param name="by">Who undoes it, as the audit trail tells.</param>
    /// <param name="isUsed">Tells whether anything hangs on a customer who would be removed.</param>
    /// <param name="cancel">Stops it; it can be done again.</param>
    /// <exception cref="InvalidOperationException">Others are in the way: repeat it.</exception>
    public async Task<ProfileUndone> UndoAsync(
        AppEnvironment environment, ProfileKey key, string changeId, string by, Func<Task<bool>> isUsed,
        CancellationToken cancel)
    {
        var undoing = new Change($"undo-{changeId}", "");
        var row = await profiles.FindAsync(environment, key, cancel);
        if (row is null) return ProfileUndone.Kept;
        if (row.State is RowState.Erasing or RowState.Erased)
            return await RemoveAsync(environment, row, changeId, cancel);
        if (row.Customer is not { } customer || row.Changes.IsEmpty) return ProfileUndone.Kept;
        if (row.Changes[^1].Id == undoing.Id) return ProfileUndone.Restored;
        if (row.Changes[^1].Id != changeId) return ProfileUndone.Kept;
        if (row.Changes[^1].Created)
            return customer.Figures.LastActivityAt is not null || !row.Absorbed.IsEmpty || await isUsed()
                ? ProfileUndone.Kept
                : await RemoveAsync(environment, row, changeId, cancel);
        return await RestoreAsync(environment, customer, undoing, by, cancel);
    }

    private async Task<ProfileUndone> RemoveAsync(
        AppEnvironment environment, ProfileRow row, string changeId, CancellationToken cancel)
    {
        if (row.CreatedBy != changeId) return ProfileUndone.Kept;
        var refusal = await directory.EraseAsync(environment, row.Key, cancel);
        return refusal is null ? ProfileUndone.Removed : ProfileUndone.Kept;
    }

    private async Task<ProfileUndone> RestoreAsync(
        AppEnvironment environment, StoredProfile customer, Change undoing, string by, CancellationToken cancel)
    {
        var lines = await profiles.AuditAsync(environment, customer.Key, after: null, take: 1, cancel);
        if (lines is not [{ Entry: { Since: { } since } last }] || last.Version != customer.Version
            || AuditTrail.Before(customer.Profile, [.. last.Changes.Where(c => c.Field != VerifiedField)])
                is not { } before)
            return ProfileUndone.Kept;
        var wasVerified = last.Changes.FirstOrDefault(c => c.Field == VerifiedField) is { From: { } from }
            ? from.GetValue<bool>()
            : customer.MobileVerified;
        var write = new ProfileWrite(environment, customer.IntegrationId, undoing, customer.ETag, _ => before)
        {
            By = by,
            Back = new ProfileBefore(since, wasVerified),
        };
        var saved = await writer.WriteAsync(write, cancel);
        if (saved.IsOk) return ProfileUndone.Restored;
        return saved.Error!.Kind == ErrorKind.Busy
            ? throw new InvalidOperationException("Others are writing to the customer: do it again.")
            : ProfileUndone.Kept;
    }

}
