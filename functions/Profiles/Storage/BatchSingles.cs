using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>Rows that a batch cannot carry: each goes through the single write path.</summary>
public sealed class BatchSingles(
    ProfileKeysTable keys, ProfilesTable profiles, ProfileWriter writer, TimeProvider clock)
{
    /// <summary>Writes one row and says what became of it.</summary>
    public async Task<BatchOutcome> WriteAsync(
        AppEnvironment environment, BatchItem item, BatchOptions options, CancellationToken cancel)
    {
        if (item.HasCodes && await AbandonAsync(environment, item, cancel) is { } first) return first;
        var owner = await FindMatchAsync(environment, item, cancel);
        var matches = owner is not null || item.MatchCode[0] == 'i';
        var write = new ProfileWrite(
            environment, owner?.IntegrationId ?? item.IntegrationId, new Change(item.Row.ChangeId, ""), null,
            current => Decide(current, item.Row.Profile, options, matches))
        {
            By = item.By,
        };
        var saved = await writer.WriteAsync(write, cancel);
        return saved.Try(out var done, out var error) ? Of(done, options) : Rejected(error);
    }

    /// <summary>Gives up the key that the batch had chosen: whoever would still write it fails, and its claims may be
    /// taken over at once. Answers the first outcome when an earlier run got as far as the profile, even if it was
    /// erased since: an import that runs again must not bring an erased customer back.</summary>
    private async Task<BatchOutcome?> AbandonAsync(
        AppEnvironment environment, BatchItem item, CancellationToken cancel)
    {
        var row = await profiles.FindAsync(environment, item.Key, cancel);
        if (row is null) await profiles.FenceAsync(environment, item.Key, null, clock.GetUtcNow(), cancel);
        return row?.Find(item.Row.ChangeId) is { } note ? item.OutcomeOf(note, row.Key) : null;
    }

    private async Task<StoredProfile?> FindMatchAsync(
        AppEnvironment environment, BatchItem item, CancellationToken cancel)
    {
        if (item.MatchCode[0] == 'i') return null;
        if (await keys.FindAsync(environment, item.MatchCode, cancel) is not { } claim) return null;
        var row = await profiles.FindAsync(environment, claim.Key, cancel);
        return row?.Owns(item.MatchCode) is true ? row.Customer : null;
    }

    private static Result<Profile> Decide(StoredProfile? current, Profile given, BatchOptions options, bool matches)
    {
        if (current is null) return given;
        if (!matches)
            return new Error(ProfileErrors.IdTaken, ErrorKind.Conflict, "Another customer has this integration id.")
            {
                Fields = [new FieldError("/integrationId", "Another customer has this integration id.")],
            };
        return options.OnExisting == BatchExisting.Skip ? current.Profile : ProfileMerge.Over(current.Profile, given);
    }

    private static BatchOutcome Of(SavedProfile saved, BatchOptions options) => new(
        saved switch
        {
            { Created: true } => BatchChange.Created,
            { Changed: true } => BatchChange.Updated,
            _ => options.OnExisting == BatchExisting.Skip ? BatchChange.Skipped : BatchChange.Unchanged,
        },
        saved.Profile.IntegrationId)
    {
        Written = saved.Created || saved.Changed ? saved.Profile.Key : null,
    };

    private static BatchOutcome Rejected(Error error) => new(
        BatchChange.Rejected, null,
        new BatchRejection(error.Code, error.Message, error.Fields.FirstOrDefault()?.Pointer.TrimStart('/')));
}
