using System.Collections.Immutable;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>
/// Writes down what time alone has done to a wallet. The entries depend on the wallet and the instant only, never on
/// when a timer ran: each is stamped with its due instant, all lots of one ledger that turn at one instant share one
/// entry, and at one instant starts come before ends and both before the review of the tier.
/// </summary>
public static class Settlement
{
    /// <summary>Entries for one transaction: it also holds the head, lot pages and events.</summary>
    public const int EntriesMax = 40;

    /// <summary>Drafts everything due up to <see cref="Draft.Now"/>, at most <paramref name="entriesMax"/> entries;
    /// call again until nothing is added.</summary>
    public static Draft Due(Draft draft, int entriesMax = EntriesMax) => UpTo(draft, draft.Now, entriesMax);

    /// <summary>The wallet as it will be, or was, at an instant, when nothing else happens to it.</summary>
    public static WalletState At(string wallet, WalletState state, TierPolicy tiers, DateTimeOffset instant) =>
        UpTo(new Draft(wallet, state, tiers, instant, []) { IsForeseen = true }, instant, int.MaxValue).State;

    private static Draft UpTo(Draft draft, DateTimeOffset instant, int entriesMax)
    {
        while (draft.Entries.Length < entriesMax && draft.State.NextDueAt(draft.Tiers) is { } due && due <= instant)
            draft = draft.With(NextOf(draft.State, draft.Tiers, due));
        return draft;
    }

    private static LedgerEntry NextOf(WalletState state, TierPolicy tiers, DateTimeOffset due)
    {
        if (FirstLedger(state.Lots, l => l.StartsAt(due)) is { } starting) return Activation(state, due, starting);
        if (FirstLedger(state.Lots, l => l.EndsNow(due)) is { } ending) return Expiry(state, due, ending);
        return Draft.Entry(EntryKind.TierReviewed, Ledgers.Main, Points.Zero, due) with
        {
            Standing = tiers.Reviewed(state.Standing, state.Active, due),
        };
    }

    private static string? FirstLedger(IEnumerable<Lot> lots, Func<Lot, bool> isDue) =>
        lots.Where(isDue).Select(l => l.Ledger).Min(StringComparer.Ordinal);

    private static LedgerEntry Activation(WalletState state, DateTimeOffset due, string ledger)
    {
        var lots = state.Lots.Where(l => l.StartsAt(due) && l.Ledger == ledger).ToImmutableArray();
        return Draft.Entry(EntryKind.Activated, ledger, lots.Sum(l => l.Remaining), due) with
        {
            Allocations =
            [
                .. lots.Select(l => new Allocation(l.Id, l.Remaining)), .. Spending.PayDebts(state, ledger, lots),
            ],
        };
    }

    private static LedgerEntry Expiry(WalletState state, DateTimeOffset due, string ledger)
    {
        var lots = state.Lots.Where(l => l.EndsNow(due) && l.Ledger == ledger).ToImmutableArray();
        return Draft.Entry(EntryKind.Expired, ledger, lots.Sum(l => l.Remaining), due) with
        {
            Allocations = [.. lots.Select(l => new Allocation(l.Id, l.Remaining))],
        };
    }
}
