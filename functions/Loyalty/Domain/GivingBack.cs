using CustomerFunctions.Shared;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What an origin, such as an order, has spent in one ledger of a wallet and may get back: by lot, in the
/// order in which it was taken. Deductions that were undone one by one are not in it.</summary>
/// <param name="Lots">What came out of each lot.</param>
/// <param name="Owed">What was spent without being there, by corrections.</param>
/// <param name="Given">What was given back to each lot already.</param>
/// <param name="GivenOwed">What came back of what had been owed.</param>
public sealed record OriginSpending(
    IReadOnlyList<(string Lot, Points Points)> Lots, Points Owed, IReadOnlyDictionary<string, Points> Given,
    Points GivenOwed)
{
    /// <summary>All that was spent.</summary>
    public Points Spent => Lots.Sum(l => l.Points) + Owed;

    /// <summary>All that was given back.</summary>
    public Points GivenBack => Given.Values.Sum(p => p) + GivenOwed;

    /// <summary>Reads the history of a ledger.</summary>
    public static OriginSpending Of(Origin origin, string ledger, Past past)
    {
        var lots = new List<(string Lot, Points Points)>();
        var owed = Points.Zero;
        foreach (var entry in past.Chains.SelectMany(c => c.Entries.Where(
            e => e.Kind == EntryKind.Deducted && IsOf(e) && past.ReversalOf(c.Wallet, e.Seq) is null)))
            foreach (var a in entry.Allocations)
            {
                if (a.Lot.Length == 0) owed += a.Points;
                else Count(lots, a);
            }

        var given = new Dictionary<string, Points>(StringComparer.Ordinal);
        var givenOwed = Points.Zero;
        foreach (var back in past.Entries.Where(e => GivingBack.IsOne(e) && IsOf(e)).SelectMany(GivingBack.PartsOf))
        {
            if (lots.Any(l => l.Lot == back.Lot)) given[back.Lot] = given.GetValueOrDefault(back.Lot) + back.Points;
            else givenOwed += back.Points;
        }

        return new OriginSpending(lots, owed, given, givenOwed);

        bool IsOf(LedgerEntry e) => e.Ledger == ledger && e.Origin == origin;
    }

    private static void Count(List<(string Lot, Points Points)> lots, Allocation taken)
    {
        var at = lots.FindIndex(l => l.Lot == taken.Lot);
        if (at < 0) lots.Add((taken.Lot, taken.Points));
        else lots[at] = (taken.Lot, lots[at].Points + taken.Points);
    }
}

/// <summary>Giving back what an origin has spent, in whole or in parts: pure, over a wallet that is settled up to
/// now.</summary>
public static class GivingBack
{
    /// <summary>
    /// Gives back up to so many points: what had been owed first, then to the lots, the one that was taken from last
    /// first. Which lots have how much back follows from the sum of all parts alone. To a lot that has expired
    /// meanwhile they come back expired. Fails with: nothing-spent, too-many-lots.
    /// </summary>
    public static Result<Draft> Of(Draft draft, Past past, GiveBack command, Stamp stamp)
    {
        var spending = OriginSpending.Of(command.Spent, command.Ledger, past);
        var left = Points.Min(command.Points, spending.Spent - spending.GivenBack);
        if (left <= Points.Zero) return LoyaltyErrors.NothingSpent;
        var points = left;
        var owed = Points.Min(left, spending.Owed - spending.GivenOwed);
        left -= owed;
        var terms = History.TermsOf(command.Ledger, past.Entries);
        var parts = new List<LotGrant>();
        foreach (var (lot, taken) in spending.Lots.Reverse())
        {
            var part = Points.Min(left, taken - spending.Given.GetValueOrDefault(lot));
            if (part > Points.Zero) parts.Add(terms[lot] with { Points = part });
            left -= part;
        }

        return Entry(draft, command, stamp, points, owed, parts);
    }

    /// <summary>True for an entry that gives back a part of what its origin has spent.</summary>
    public static bool IsOne(LedgerEntry entry) =>
        entry is { Kind: EntryKind.Reversed, Grants: not null, Reverses: null };

    /// <summary>What such an entry gives back, to which lot.</summary>
    public static IEnumerable<(string Lot, Points Points)> PartsOf(LedgerEntry entry) =>
        entry.Grants!.Select(g => (g.Lot, g.Points))
            .Concat(entry.Allocations.Where(a => a.Debt == Allocation.Expired).Select(a => (a.Lot, a.Points)));

    private static Result<Draft> Entry(
        Draft draft, GiveBack command, Stamp stamp, Points points, Points owed, List<LotGrant> parts)
    {
        var expired = parts.Where(p => p.Expiry?.AddSeconds(1) <= draft.Now).ToList();
        var grants = parts.Except(expired).ToList();
        if (owed > Points.Zero)
            grants.Add(new LotGrant(draft.NextId, owed, command.Spent, draft.Now, draft.Now.WholeSecond(), null));
        if (grants.Count > Moves.LotsMax || draft.State.Lots.Length + grants.Count > LedgerRules.LotsMax)
            return LoyaltyErrors.TooManyLots;
        var entry = Draft.Entry(EntryKind.Reversed, command.Ledger, points, draft.Now).Stamped(stamp)
            with
        {
            Allocations = [.. expired.Select(e => new Allocation(e.Lot, e.Points, Allocation.Expired))],
            Grants = grants,
            Origin = command.Spent,
        };
        return draft.With(entry with { Allocations = [.. entry.Allocations, .. Spending.PaidBy(draft.State, entry)] });
    }
}
