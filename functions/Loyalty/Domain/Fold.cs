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
        var change = LotChanges.Of(state, entry);
        var debts = change.Owed(state.Debts);
        return state with
        {
            Seq = entry.Seq,
            Hash = entry.Hash,
            RecordedAt = entry.RecordedAt,
            Lots = change.IsNothing ? state.Lots : change.Lots(state.Lots),
            Debts = debts,
            Totals = state.Totals.SetItem(
                entry.Ledger, Counted(state.Totals.GetValueOrDefault(entry.Ledger, LedgerTotals.None), entry)),
            Standing = entry.Standing ?? state.Standing,
            FirstEarnedAt = entry.Kind is EntryKind.Added or EntryKind.TransferredIn
                ? Earlier(state.FirstEarnedAt, entry.EffectiveAt)
                : state.FirstEarnedAt,
            FirstActiveAt = Activates(entry) ? Earlier(state.FirstActiveAt, entry.EffectiveAt) : state.FirstActiveAt,
        };
    }

    /// <summary>The wallet after all entries.</summary>
    public static WalletState ApplyAll(this IEnumerable<LedgerEntry> entries, WalletState state) =>
        entries.Aggregate(state, Apply);

    private static bool Activates(LedgerEntry entry) =>
        entry.Kind is EntryKind.Activated or EntryKind.TransferredIn || StartsAtOnce(entry);

    private static bool StartsAtOnce(LedgerEntry entry) =>
        entry.Kind == EntryKind.Added && entry.ActiveAt <= entry.EffectiveAt;

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset b) => a < b ? a : b;

    private static LedgerTotals Counted(LedgerTotals t, LedgerEntry entry) => entry.Kind switch
    {
        EntryKind.Added => t with { Added = t.Added + entry.Points },
        EntryKind.Deducted => t with { Spent = t.Spent + entry.Points },
        EntryKind.Expired => t with { Expired = t.Expired + entry.Points },
        EntryKind.TransferredOut => t with { MovedOut = t.MovedOut + entry.Points },
        EntryKind.TransferredIn => t with { MovedIn = t.MovedIn + entry.Points },
        EntryKind.Reversed when entry.Grants is not null => t with
        {
            Spent = t.Spent - entry.Points,
            Expired = t.Expired + ReturnedExpired(entry),
        },
        EntryKind.Reversed => t with
        {
            TakenBack = t.TakenBack + entry.Points,
            Undone = entry.Reverses is null ? t.Undone : t.Undone + entry.Points,
        },
        _ => t,
    };

    // What a reversal gives back to lots that have expired: it comes back expired.
    private static Points ReturnedExpired(LedgerEntry entry) =>
        entry.Allocations.Where(a => a.Debt == Allocation.Expired).Sum(a => a.Points);

    /// <summary>What one entry does to the lots and debts of its ledger.</summary>
    private sealed class LotChanges(LedgerEntry entry)
    {
        private readonly Dictionary<string, Points> _taken = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Points> _paid = new(StringComparer.Ordinal);
        private readonly HashSet<string> _activated = new(StringComparer.Ordinal);
        private readonly List<Debt> _owed = [];
        private readonly Dictionary<string, LotTerms> _terms =
            (entry.Terms ?? []).ToDictionary(t => t.Lot, StringComparer.Ordinal);

        public bool IsNothing => _taken.Count == 0 && _activated.Count == 0 && _terms.Count == 0
            && entry.Kind != EntryKind.Added && entry.Grants is null;

        public static LotChanges Of(WalletState state, LedgerEntry entry)
        {
            var change = new LotChanges(entry);
            var keepsLots = entry.Kind is EntryKind.Activated or EntryKind.Extended;
            foreach (var a in entry.Allocations)
            {
                if (a.Lot.Length == 0) change._owed.Add(new Debt(a.Debt!, entry.Ledger, a.Points));
                else if (a.Debt is null && keepsLots) change._activated.Add(a.Lot);
                else if (a.Debt is null) Count(change._taken, a.Lot, a.Points);
                else if (a.Debt == Allocation.Expired) continue;
                else if (state.Debts.Any(d => d.Id == a.Debt))
                {
                    Count(change._taken, a.Lot, a.Points);
                    Count(change._paid, a.Debt, a.Points);
                }
            }

            return change;
        }

        public ImmutableArray<Debt> Owed(ImmutableArray<Debt> debts) => _owed.Count == 0 && _paid.Count == 0 ? debts
            : [
                .. debts.Select(d => d with { Remaining = d.Remaining - _paid.GetValueOrDefault(d.Id) })
                    .Where(d => d.Remaining > Points.Zero),
                .. _owed,
            ];

        public ImmutableArray<Lot> Lots(ImmutableArray<Lot> lots)
        {
            // The common case by far, and wallets may hold 10,000 lots.
            if (entry.Kind == EntryKind.Added && _taken.Count == 0) return lots.Add(Granted());
            var after = ImmutableArray.CreateBuilder<Lot>(lots.Length + 1);
            var granted = (entry.Grants ?? []).ToDictionary(g => g.Lot, StringComparer.Ordinal);
            foreach (var lot in lots)
                Keep(after, lot.Ledger != entry.Ledger ? lot : Touched(
                    granted.Remove(lot.Id, out var more) ? lot with { Remaining = lot.Remaining + more.Points } : lot));
            if (entry.Kind == EntryKind.Added) Keep(after, Touched(Granted()));
            foreach (var grant in granted.Values.OrderBy(g => g.Lot, StringComparer.Ordinal))
                Keep(after, Touched(new Lot(
                    grant.Lot, entry.Seq, entry.Ledger, grant.Origin, grant.AwardedAt, grant.Start, grant.Expiry,
                    grant.Points, IsActive: grant.Start <= entry.EffectiveAt, grant.ExpiryRule)));
            return after.ToImmutable();
        }

        private static void Keep(ImmutableArray<Lot>.Builder lots, Lot lot)
        {
            if (lot.Remaining > Points.Zero) lots.Add(lot);
        }

        private static void Count(Dictionary<string, Points> sums, string id, Points points) =>
            sums[id] = sums.GetValueOrDefault(id) + points;

        private Lot Granted() => new(
            entry.Lot!, entry.Seq, entry.Ledger, entry.Origin!, entry.EffectiveAt, entry.ActiveAt, entry.ExpiresAt,
            entry.Points, StartsAtOnce(entry), entry.ExpiryRule);

        private Lot Touched(Lot lot)
        {
            if (_terms.TryGetValue(lot.Id, out var terms))
                lot = lot with { Start = terms.Start ?? lot.Start, Expiry = terms.Expiry, ExpiryRule = null };
            if (entry.Kind == EntryKind.Activated && _activated.Contains(lot.Id)) lot = lot with { IsActive = true };
            return _taken.TryGetValue(lot.Id, out var points) ? lot with { Remaining = lot.Remaining - points } : lot;
        }
    }
}
