using System.Collections.Immutable;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Applies entries to a wallet: the one place that says what each kind of entry does.</summary>
public static class Fold
{
    /// <summary>
    /// The wallet after one more entry. An allocation to a lot or negative balance that is not there is skipped: when a
    /// history is folded to a past instant, a debt may be paid by a grant of before it came into being.
    /// </summary>
    public static WalletState Apply(WalletState state, LedgerEntry entry)
    {
        var taken = new Dictionary<string, Points>(StringComparer.Ordinal);
        var paid = new Dictionary<string, Points>(StringComparer.Ordinal);
        var activated = new HashSet<string>(StringComparer.Ordinal);
        var debts = state.Debts;
        foreach (var a in entry.Allocations)
        {
            if (a.Lot.Length == 0) debts = debts.Add(new Debt(a.Debt!, entry.Ledger, a.Points));
            else if (a.Debt is null && entry.Kind == EntryKind.Activated) activated.Add(a.Lot);
            else if (a.Debt is null) Count(taken, a.Lot, a.Points);
            else if (debts.Any(d => d.Id == a.Debt))
            {
                Count(taken, a.Lot, a.Points);
                Count(paid, a.Debt, a.Points);
            }
        }

        return state with
        {
            Seq = entry.Seq,
            Hash = entry.Hash,
            RecordedAt = entry.RecordedAt,
            Lots =
            [
                .. WithGrant(state.Lots, entry).Select(l => Touched(l, taken, activated))
                    .Where(l => l.Remaining > Points.Zero),
            ],
            Debts = [.. debts.Select(d => d with { Remaining = d.Remaining - paid.GetValueOrDefault(d.Id) })
                .Where(d => d.Remaining > Points.Zero)],
            Totals = state.Totals.SetItem(entry.Ledger, Counted(state, entry)),
        };
    }

    /// <summary>The wallet after all entries.</summary>
    public static WalletState ApplyAll(this IEnumerable<LedgerEntry> entries, WalletState state) =>
        entries.Aggregate(state, Apply);

    private static ImmutableArray<Lot> WithGrant(ImmutableArray<Lot> lots, LedgerEntry entry)
    {
        if (entry.Kind != EntryKind.Added) return lots;
        var start = entry.ActiveAt!.Value;
        return lots.Add(new Lot(
            entry.Lot!, entry.Seq, entry.Ledger, entry.Origin!, entry.EffectiveAt, start, entry.ExpiresAt,
            entry.Points, IsActive: start <= entry.EffectiveAt));
    }

    private static Lot Touched(Lot lot, Dictionary<string, Points> taken, HashSet<string> activated)
    {
        if (activated.Contains(lot.Id)) lot = lot with { IsActive = true };
        return taken.TryGetValue(lot.Id, out var points) ? lot with { Remaining = lot.Remaining - points } : lot;
    }

    private static LedgerTotals Counted(WalletState state, LedgerEntry entry)
    {
        var totals = state.Totals.GetValueOrDefault(entry.Ledger, LedgerTotals.None);
        return entry.Kind switch
        {
            EntryKind.Added => totals with { Added = totals.Added + entry.Points },
            EntryKind.Deducted => totals with { Spent = totals.Spent + entry.Points },
            EntryKind.Expired => totals with { Expired = totals.Expired + entry.Points },
            EntryKind.Reversed => totals with { TakenBack = totals.TakenBack + entry.Points },
            _ => totals,
        };
    }

    private static void Count(Dictionary<string, Points> sums, string id, Points points) =>
        sums[id] = sums.GetValueOrDefault(id) + points;
}
