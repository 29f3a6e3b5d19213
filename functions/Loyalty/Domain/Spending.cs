using System.Collections.Immutable;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Which lots points come out of.</summary>
public static class Spending
{
    /// <summary>Soonest expiry first, unlimited last; among equals the oldest award, then the oldest entry.</summary>
    public static IEnumerable<Lot> InOrder(IEnumerable<Lot> lots) => lots
        .OrderBy(l => l.Expiry ?? DateTimeOffset.MaxValue).ThenBy(l => l.AwardedAt).ThenBy(l => l.Seq);

    /// <summary>Takes up to so many points out of the lots, in the order in which they come.</summary>
    public static (ImmutableArray<Allocation> Allocations, Points Missing) Take(IEnumerable<Lot> lots, Points points)
    {
        var taken = ImmutableArray.CreateBuilder<Allocation>();
        foreach (var lot in lots)
        {
            if (points == Points.Zero) break;
            var part = Points.Min(points, lot.Remaining);
            taken.Add(new Allocation(lot.Id, part));
            points -= part;
        }

        return (taken.ToImmutable(), points);
    }

    /// <summary>Pays off what is owed in a ledger, oldest debt first, out of lots that have just become
    /// active.</summary>
    public static ImmutableArray<Allocation> PayDebts(WalletState state, string ledger, IEnumerable<Lot> lots)
    {
        var paid = ImmutableArray.CreateBuilder<Allocation>();
        var left = InOrder(lots).Select(l => (l.Id, Left: l.Remaining)).ToList();
        foreach (var debt in state.Debts.Where(d => d.Ledger == ledger))
        {
            var due = debt.Remaining;
            for (var i = 0; i < left.Count && due > Points.Zero; i++)
            {
                var part = Points.Min(due, left[i].Left);
                if (part == Points.Zero) continue;
                paid.Add(new Allocation(left[i].Id, part, debt.Id));
                left[i] = (left[i].Id, left[i].Left - part);
                due -= part;
            }
        }

        return paid.ToImmutable();
    }
}
