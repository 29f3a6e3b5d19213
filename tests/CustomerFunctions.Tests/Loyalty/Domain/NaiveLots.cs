using CustomerFunctions.Loyalty.Domain;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>Points of one grant in one ledger of one wallet; it stays when nothing is left.</summary>
internal sealed class NaiveLot
{
    public required string Name { get; init; }
    public required string Ledger { get; init; }
    public required string Origin { get; init; }
    public required DateTimeOffset Awarded { get; set; }
    public DateTimeOffset? Start { get; set; }
    public DateTimeOffset? End { get; set; }
    public string? Rule { get; set; }
    public bool GrantedHere { get; init; }
    public bool Begun { get; set; }
    public long Left { get; set; }

    /// <summary>Which change put points into it when it was empty.</summary>
    public int Order { get; set; }

    /// <summary>What ran out in it and was not yet counted as taken back.</summary>
    public long Gone { get; set; }

    public DateTimeOffset? Due => !Begun && Start is not null ? Start : End?.AddSeconds(1);

    public bool IsSpendable => Begun && Left > 0;
}

/// <summary>What a customer remembers of one change.</summary>
internal sealed class Deed
{
    public required Act Act { get; init; }
    public required string Ledger { get; init; }
    public string Origin { get; init; } = "";
    public long Points { get; init; }
    public NaiveLot? Lot { get; init; }
    public List<(NaiveLot Lot, long Points)> Parts { get; init; } = [];
    public long Owed { get; init; }
    public bool IsUndone { get; set; }

    public static Deed Spending(Command c, List<(NaiveLot Lot, long Points)> parts, long owed) => new()
    {
        Act = Act.Deduct,
        Ledger = c.Ledger,
        Origin = c.Origin,
        Points = c.Points,
        Parts = parts,
        Owed = owed,
    };
}

/// <summary>Points on their way.</summary>
internal sealed record Parcel(
    string Name, long Points, string Origin, DateTimeOffset Awarded, DateTimeOffset Start, DateTimeOffset? End);

/// <summary>The obvious tiers: 100 points for the first, 300 for the second, month by month.</summary>
internal sealed class NaiveTier(TierBasis basis, TierDowngrade downgrade, DateTimeOffset from)
{
    private static readonly long[] Steps = [100, 300];
    private DateTimeOffset _began = NaiveTime.NextMonth(from.AddMonths(-1));
    private long _earned;
    private int _rank = -1;

    public string Name => _rank < 0 ? "-" : _rank == 0 ? "Silver" : "Gold";

    public DateTimeOffset MonthEnd { get; private set; } = NaiveTime.NextMonth(from);

    public void Earn(long points, DateTimeOffset at)
    {
        if (at >= _began) _earned += points;
    }

    public void TookBack(long points) => _earned = Math.Max(0, _earned - points);

    public void Look(long active)
    {
        var rank = RankFor(active);
        if (rank > _rank || downgrade == TierDowngrade.OnBalance) _rank = rank;
    }

    public void EndMonth(long active)
    {
        var rank = RankFor(active);
        if (downgrade == TierDowngrade.EndOfPeriod) _rank = rank;
        if (downgrade == TierDowngrade.OneStep) _rank = Math.Max(rank, _rank - 1);
        (_earned, _began, MonthEnd) = (0, MonthEnd, NaiveTime.NextMonth(MonthEnd));
        Look(active);
    }

    private int RankFor(long active) =>
        Steps.Count(s => s <= (basis == TierBasis.Active ? active : _earned)) - 1;
}

/// <summary>Taking points out of lots.</summary>
internal static class NaiveLots
{
    public static List<NaiveLot> InOrder(IEnumerable<NaiveLot> lots) =>
    [
        .. lots.OrderBy(l => l.End ?? DateTimeOffset.MaxValue).ThenBy(l => l.Awarded).ThenBy(l => l.Order)
            .ThenBy(l => l.Name, StringComparer.Ordinal),
    ];

    public static long Sum(List<(NaiveLot Lot, long Points)> parts) => parts.Sum(p => p.Points);

    public static List<(NaiveLot Lot, long Points)> Take(IEnumerable<NaiveLot> lots, long points)
    {
        var parts = new List<(NaiveLot, long)>();
        foreach (var lot in lots)
        {
            var part = Math.Min(points, lot.Left);
            if (part == 0) continue;
            lot.Left -= part;
            points -= part;
            parts.Add((lot, part));
        }

        return parts;
    }
}
