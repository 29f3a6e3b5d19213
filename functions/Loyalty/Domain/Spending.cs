using System.Collections.Immutable;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Which lots points come out of.</summary>
public static class Spending
{
    /// <summary>Soonest expiry first, unlimited last; among equals the oldest award, then the oldest entry.</summary>
    public static IEnumerable<Lot> InOrder(IEnumerable<Lot> lots) => lots
        .OrderBy(l => l.Expiry ?? DateTimeOffset.MaxValue).ThenBy(l => l.AwardedAt).ThenBy(l => l.Seq);

    /// <summary>The lots of a ledger that can be spent, in the order in which they are.</summary>
    public static IEnumerable<Lot> Active(WalletState state, string ledger) =>
        InOrder(state.Lots.Where(l => l.IsActive && l.Ledger == ledger));

    /// <summary>A negative balance for what is missing; nothing when nothing is.</summary>
    public static IEnumerable<Allocation> Owe(Points missing, string debt) =>
        missing > Points.Zero ? [new Allocation("", missing, debt)] : [];

    /// <summary>What an entry's incoming points pay off.</summary>
    public static ImmutableArray<Allocation> PaidBy(WalletState state, LedgerEntry entry)
    {
        var coming = entry.Grants!.Select(g => g.Lot).ToHashSet(StringComparer.Ordinal);
        if (!state.Debts.Any(d => d.Ledger == entry.Ledger)) return [];
        return PayDebts(state, entry.Ledger, Fold.Apply(state, entry).Lots
            .Where(l => l.Ledger == entry.Ledger && l.IsActive && coming.Contains(l.Id)));
    }

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
