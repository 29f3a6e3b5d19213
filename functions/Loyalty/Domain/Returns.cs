using CustomerFunctions.Shared;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Taking back and giving back: pure, over a wallet that is settled up to now.</summary>
public static class Returns
{
    /// <summary>
    /// Takes back what an origin has earned: its own pending points first, then, as the program's return policy allows,
    /// its own active ones, others' active ones, and at last a negative balance. Points of the origin that have expired
    /// meanwhile are gone already and count as taken. What the policy does not allow is neither taken nor owed.
    /// </summary>
    /// <param name="draft">The wallet.</param>
    /// <param name="command">What to take.</param>
    /// <param name="program">Whose policy counts.</param>
    /// <param name="past">What history knows of the origin; null when the wallet alone tells enough.</param>
    /// <param name="stamp">Of the entry.</param>
    public static Draft TakeBack(
        Draft draft, TakeBack command, LoyaltyProgram program, OriginHistory? past, Stamp stamp)
    {
        var policy = program.ReturnPolicy;
        var lots = draft.State.Lots.Where(l => l.Ledger == command.Ledger).ToList();
        var asked = past is null ? command.Points : Points.Min(command.Points, past.NetEarned);
        var (taken, missing) = Spending.Take(Own(lots, command.Earned, policy), asked);
        var gone = Gone(past?.Expired ?? [], ref missing);
        var others = policy == ReturnPolicy.OnlyPending ? []
            : lots.Where(l => l.IsActive && l.Origin != command.Earned);
        var (more, lacking) = Spending.Take(Spending.InOrder(others), missing);
        var owed = policy == ReturnPolicy.Unlimited ? lacking : Points.Zero;
        var points = asked - gone.Sum(g => g.Points) - lacking + owed;
        return draft.With(Draft.Entry(EntryKind.Reversed, command.Ledger, points, draft.Now).Stamped(stamp) with
        {
            Allocations = [.. taken, .. gone, .. more, .. Spending.Owe(owed, draft.NextId)],
            Origin = command.Earned,
        });
    }

    /// <summary>Undoes one entry: a grant's points are taken back, a deduction's are given back to their own lots with
    /// the expiry that these have. Fails with: not-found, not-reversible, already-reversed,
    /// insufficient-points, too-many-lots.</summary>
    /// <param name="draft">The wallet.</param>
    /// <param name="past">The whole history, with those of wallets that were merged into this one.</param>
    /// <param name="undoing">Which entry.</param>
    /// <param name="program">Whether a negative balance is allowed.</param>
    /// <param name="stamp">Of the entry.</param>
    public static Result<Draft> Undo(
        Draft draft, Past past, Undoing undoing, LoyaltyProgram program, Stamp stamp)
    {
        var wallet = undoing.Owner is { } owner ? past.WalletOf(owner) : past.Own;
        if (past.Find(wallet, undoing.Seq) is not { } entry) return Error.NotFound("entry");
        if (past.ReversalOf(wallet!, entry.Seq) is { } reversal) return LoyaltyErrors.AlreadyReversed(reversal.Seq);
        var elsewhere = wallet == past.Own ? null : wallet;
        return entry.Kind switch
        {
            EntryKind.Added => UndoGrant(draft, past.Entries, entry, elsewhere, program, stamp),
            EntryKind.Deducted when past.Entries.LastOrDefault(e => GivingBack.IsOne(e)
                && e.Ledger == entry.Ledger && e.Origin == entry.Origin) is { } part
                => LoyaltyErrors.AlreadyReversed(part.Seq),
            EntryKind.Deducted => UndoDeduction(draft, past.Entries, entry, elsewhere, stamp),
            _ => LoyaltyErrors.NotReversible,
        };
    }

    private static Result<Draft> UndoGrant(
        Draft draft, IReadOnlyList<LedgerEntry> past, LedgerEntry entry, string? elsewhere, LoyaltyProgram program,
        Stamp stamp)
    {
        var lots = draft.State.Lots.Where(l => l.Ledger == entry.Ledger).ToList();
        var history = OriginHistory.Of(entry.Origin!, entry.Ledger, past);
        var asked = Points.Min(entry.Points, history.NetEarned);
        var (taken, missing) = Spending.Take(lots.Where(l => l.Id == entry.Lot), asked);
        var gone = Gone(history.Expired.Where(e => e.Lot == entry.Lot), ref missing);
        var (more, lacking) = Spending.Take(
            Spending.InOrder(lots.Where(l => l.IsActive && l.Id != entry.Lot)), missing);
        if (lacking > Points.Zero && !program.AllowNegative)
            return LoyaltyErrors.InsufficientPoints(draft.State.BalanceOf(entry.Ledger), entry.Ledger);
        var points = asked - gone.Sum(g => g.Points);
        return draft.With(Draft.Entry(EntryKind.Reversed, entry.Ledger, points, draft.Now).Stamped(stamp) with
        {
            Allocations = [.. taken, .. gone, .. more, .. Spending.Owe(lacking, draft.NextId)],
            Origin = entry.Origin,
            Reverses = entry.Seq,
            ReversesIn = elsewhere,
        });
    }

    // What had been owed comes back as points that never expire, which pay the debt if it still stands.
    private static Result<Draft> UndoDeduction(
        Draft draft, IReadOnlyList<LedgerEntry> past, LedgerEntry entry, string? elsewhere, Stamp stamp)
    {
        var terms = History.TermsOf(entry.Ledger, past);
        var owed = entry.Allocations.Where(a => a.Lot.Length == 0).Sum(a => a.Points);
        var parts = entry.Allocations.Where(a => a.Lot.Length > 0)
            .Select(a => terms[a.Lot] with { Points = a.Points }).ToList();
        var expired = parts.Where(p => p.Expiry?.AddSeconds(1) <= draft.Now).ToList();
        var grants = parts.Except(expired).ToList();
        if (owed > Points.Zero)
            grants.Add(new LotGrant(draft.NextId, owed, entry.Origin!, draft.Now, draft.Now.WholeSecond(), null));
        if (grants.Count > Moves.LotsMax || draft.State.Lots.Length + grants.Count > LedgerRules.LotsMax)
            return LoyaltyErrors.TooManyLots;
        var reversal = Draft.Entry(EntryKind.Reversed, entry.Ledger, entry.Points, draft.Now).Stamped(stamp) with
        {
            Allocations = [.. expired.Select(e => new Allocation(e.Lot, e.Points, Allocation.Expired))],
            Grants = grants,
            Origin = entry.Origin,
            Reverses = entry.Seq,
            ReversesIn = elsewhere,
        };
        return draft.With(reversal with
        {
            Allocations = [.. reversal.Allocations, .. Spending.PaidBy(draft.State, reversal)],
        });
    }

    private static IEnumerable<Lot> Own(List<Lot> lots, Origin origin, ReturnPolicy policy)
    {
        var own = lots.Where(l => l.Origin == origin).ToList();
        var pending = Spending.InOrder(own.Where(l => !l.IsActive));
        return policy == ReturnPolicy.OnlyPending ? pending
            : pending.Concat(Spending.InOrder(own.Where(l => l.IsActive)));
    }

    private static List<Allocation> Gone(IEnumerable<Allocation> expired, ref Points missing)
    {
        var gone = new List<Allocation>();
        foreach (var lot in expired)
        {
            var part = Points.Min(lot.Points, missing);
            if (part > Points.Zero) gone.Add(new Allocation(lot.Lot, part, Allocation.Expired));
            missing -= part;
        }

        return gone;
    }
}
