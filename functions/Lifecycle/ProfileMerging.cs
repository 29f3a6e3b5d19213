using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Lifecycle;

/// <summary>Carries a merge out through all areas. Whatever breaks off is finished by the same request again, by the
/// next one about the customer who stays, or by the sweeper.</summary>
public sealed class ProfileMerging(ProfileMerges merges, IEnumerable<IMoves> areas, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's name for merges that may be left half done.</summary>
    public const string DueKind = "merge";

    // Long enough that the request itself has finished it by then.
    private static readonly TimeSpan SweepAfter = TimeSpan.FromMinutes(2);

    /// <summary>Why the two cannot be merged as they are; empty when they can.</summary>
    public async Task<IReadOnlyList<string>> ReasonsAgainstAsync(
        AppEnvironment environment, MergePair pair, CancellationToken cancel)
    {
        var reasons = new List<string>(ProfileMerges.ReasonsAgainst(pair));
        foreach (var area in areas)
            reasons.AddRange(await area.ReasonsAgainstAsync(environment, pair.From.Key, pair.Into.Key, cancel));
        return reasons;
    }

    /// <summary>Merges, or goes on where a merge broke off. Fails with: not-found, merge-blocked, contention.</summary>
    /// <param name="ticket">Which merge.</param>
    /// <param name="by">Who merges them, for the audit trail.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Error?> RunAsync(MergeTicket ticket, string by, CancellationToken cancel)
    {
        DueItem? mark = null;
        var refusal = await merges.BeginAsync(
            ticket, by,
            async () => mark = await due.MarkAsync(
                DueKind, ticket.ToString(), DueIndex.SlotOf(clock.GetUtcNow() + SweepAfter), cancel),
            cancel);
        if (refusal is not null) return refusal;
        if (await FinishAsync(ticket, cancel) is { } unfinished) return unfinished;
        if (mark is not null) await due.RemoveAsync(mark, cancel);
        return null;
    }

    /// <summary>Ends the merge into a customer that is under way; nothing when none is. Fails with: contention.
    /// </summary>
    public async Task<Error?> ResumeAsync(
        AppEnvironment environment, StoredProfile into, string by, CancellationToken cancel) =>
        into.Absorbing is { } underway
            ? await RunAsync(new MergeTicket(environment, underway, into.Key), by, cancel)
            : null;

    /// <summary>A timer's work on a merge that may be half done; true when its mark can go.</summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var ticket = MergeTicket.Parse(item.Subject);
        return await merges.StageAsync(ticket, cancel) switch
        {
            MergeStage.Open => await merges.TryAbandonAsync(ticket, cancel),
            MergeStage.Begun => await FinishAsync(ticket, cancel) is null,
            _ => await merges.EndAsync(ticket, cancel) is null,
        };
    }

    private async Task<Error?> FinishAsync(MergeTicket ticket, CancellationToken cancel)
    {
        if (await merges.GiveAsync(ticket, cancel) is { } unfinished) return unfinished;
        foreach (var area in areas)
            if (await area.MoveAsync(ticket.Environment, ticket.From, ticket.Into, cancel) is { } error) return error;
        return await merges.EndAsync(ticket, cancel);
    }
}
