using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>
/// Merges one customer's rows into another's. First the one who stays notes whom it is absorbing: that keeps it from
/// being merged or erased itself. Then the one who goes turns into a pointer, in one transaction with its event: from
/// then on whoever writes to it writes to the other. Then the other takes its data, claims, ids and figures over. At
/// last the pointer loses what is personal and the note goes. Every step may be run again.
/// </summary>
public sealed class ProfileMerger(
    ProfileKeysTable keys, ProfilesTable profiles, ProfileSidelines sidelines, ProfileFiguresBook figures,
    TimeProvider clock)
{
    /// <summary>How far a merge has come. One call.</summary>
    public async Task<MergeStage> StageAsync(MergeTicket ticket, CancellationToken cancel) =>
        (await FindAsync(ticket, ticket.From, cancel))?.State switch
        {
            RowState.Live => MergeStage.Open,
            RowState.Merging => MergeStage.Begun,
            _ => MergeStage.Done,
        };

    /// <summary>Makes the one a pointer to the other. Fails with: not-found, merge-blocked, contention.</summary>
    public async Task<Error?> BeginAsync(
        MergeTicket ticket, string by, Func<Task> announce, CancellationToken cancel) =>
        (await Contention.RetryAsync<bool>(c => TryBeginAsync(ticket, by, announce, c), cancel)).Error;

    /// <summary>Gives the other what the one had. Fails with: contention.</summary>
    public async Task<Error?> GiveAsync(MergeTicket ticket, CancellationToken cancel)
    {
        var given = await Contention.RetryAsync<bool>(c => TryGiveAsync(ticket, c), cancel);
        if (given.Error is { } error) return error;
        await figures.MoveAsync(ticket.Environment, ticket.From, ticket.Into, cancel);
        return null;
    }

    /// <summary>Takes from the one what is personal, and the note from the other. Fails with: contention.</summary>
    public async Task<Error?> EndAsync(MergeTicket ticket, CancellationToken cancel) =>
        (await Contention.RetryAsync<bool>(c => TryEndAsync(ticket, c), cancel)).Error;

    /// <summary>Gives up a merge whose one has not become a pointer, so that a slow writer must begin anew; false when
    /// it has, or somebody else was faster.</summary>
    public async Task<bool> TryAbandonAsync(MergeTicket ticket, CancellationToken cancel)
    {
        var goes = await FindAsync(ticket, ticket.From, cancel);
        if (goes?.IsMerged is true) return false;
        if (goes?.State == RowState.Live
            && !await profiles.FenceAsync(ticket.Environment, ticket.From, goes, clock.GetUtcNow(), cancel))
            return false;
        var stays = await FindAsync(ticket, ticket.Into, cancel);
        if (stays?.Absorbing == ticket.From)
            await profiles.CommitAsync(ticket.Environment, stays with { Absorbing = null }, cancel);
        return true;
    }

    private async Task<Result<bool>?> TryBeginAsync(
        MergeTicket ticket, string by, Func<Task> announce, CancellationToken cancel)
    {
        var goes = await FindAsync(ticket, ticket.From, cancel);
        if (goes?.IsMerged is true) return goes.MergedInto == ticket.Into ? true : ProfileErrors.NotFound;
        var stays = await FindAsync(ticket, ticket.Into, cancel);
        if (goes?.Customer is not { } one || stays?.Customer is not { } other) return ProfileErrors.NotFound;
        if (ProfileUnion.Of(other, one).Error is { } blocked) return blocked;
        await announce();
        if (stays.Absorbing is null)
            await profiles.CommitAsync(ticket.Environment, stays with { Absorbing = ticket.From }, cancel);
        await profiles.CommitAsync(
            ticket.Environment,
            goes with { State = RowState.Merging, MergedInto = ticket.Into, MergedBy = by }, cancel,
            ProfileEvents.Merged(goes.IntegrationId, stays.IntegrationId, clock.GetUtcNow(), ticket.Id));
        return true;
    }

    private async Task<Result<bool>?> TryGiveAsync(MergeTicket ticket, CancellationToken cancel)
    {
        var goes = await FindAsync(ticket, ticket.From, cancel);
        if (goes?.State != RowState.Merging) return true;
        if (await FindAsync(ticket, ticket.Into, cancel) is not { } stays) return null;
        if (!stays.Absorbed.Contains(ticket.From)) await TakeAsync(ticket, stays, goes, cancel);
        foreach (var code in goes.Claims)
            if (!await LeadAsync(ticket, code, movedTo: null, cancel)) return null;
        foreach (var alias in goes.Aliases.Select(a => a.IntegrationId).Append(goes.IntegrationId))
            if (!await LeadAsync(ticket, Ownership.OfId(ticket.Environment, alias), stays.IntegrationId, cancel))
                return null;
        return true;
    }

    private async Task TakeAsync(MergeTicket ticket, ProfileRow stays, ProfileRow goes, CancellationToken cancel)
    {
        var union = ProfileUnion.Of(stays.Profile, goes.Profile);
        var keepsPhone = stays.Profile.Phone == union.Phone;
        var given = stays with
        {
            Absorbed = [.. stays.Absorbed, .. goes.Absorbed, goes.Key],
            Aliases = [.. stays.Aliases, .. goes.Aliases, Alias.Of(goes.IntegrationId, goes.Profile)],
            CreatedAt = goes.CreatedAt < stays.CreatedAt ? goes.CreatedAt : stays.CreatedAt,
        };
        var change = new Change(ticket.Id, "");
        var next = given.With(ticket.Environment, union, change, clock.GetUtcNow(), goes.MergedBy) with
        {
            MobileVerified = keepsPhone ? stays.MobileVerified : goes.MobileVerified,
        };
        next = next with { Audit = next.Audit?.OfMerge(goes.IntegrationId) };
        // Claims are not asked for: they are the other's, and are led here next.
        var plan = ProfilePlan.Between([], stays.Entries, [], next.Entries);
        var mark = await sidelines.AnnounceAsync(ticket.Environment, stays.Key, plan, cancel);
        await sidelines.PutAsync(ticket.Environment, stays.Key, plan, cancel);
        await profiles.CommitAsync(
            ticket.Environment, next, cancel, ProfileEvents.Of(stays, next, ticket.Id));
        if (plan.Dropped.IsEmpty) await sidelines.CloseAsync(mark, cancel);
    }

    // False when somebody else was faster with the row.
    private async Task<bool> LeadAsync(MergeTicket ticket, string code, string? movedTo, CancellationToken cancel)
    {
        if (await keys.FindAsync(ticket.Environment, code, cancel) is not { } row) return true;
        if (row.Key == ticket.Into && (movedTo is null || row.MovedTo == movedTo)) return true;
        // Another's since: an id or contact that was given up in the meantime.
        if (row.Key != ticket.From && row.Key != ticket.Into) return true;
        return await keys.TryReplaceAsync(
            ticket.Environment, row, ticket.Into, clock.GetUtcNow(), cancel, movedTo) is not null;
    }

    private async Task<Result<bool>?> TryEndAsync(MergeTicket ticket, CancellationToken cancel)
    {
        if (await FindAsync(ticket, ticket.From, cancel) is { State: RowState.Merging } goes)
        {
            await sidelines.RemoveAsync(ticket.Environment, goes, cancel);
            await profiles.CommitAsync(ticket.Environment, Emptied(goes), cancel);
        }

        if (await FindAsync(ticket, ticket.Into, cancel) is { } stays && stays.Absorbing == ticket.From)
            await profiles.CommitAsync(ticket.Environment, stays with { Absorbing = null }, cancel);
        return true;
    }

    private static ProfileRow Emptied(ProfileRow goes) => goes with
    {
        State = RowState.Merged,
        IntegrationId = "",
        Claims = [],
        Entries = [],
        Aliases = [],
    };

    private Task<ProfileRow?> FindAsync(MergeTicket ticket, ProfileKey key, CancellationToken cancel) =>
        profiles.FindAsync(ticket.Environment, key, cancel);
}
