using NodaTime;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What tiers are measured by, over all ledgers of a wallet.</summary>
public enum TierBasis
{
    /// <summary>The active balance.</summary>
    Active,

    /// <summary>The points granted in the current period, less those taken back, expired ones included.</summary>
    Earned,
}

/// <summary>A calendar period of the program's time zone.</summary>
public enum TierPeriod
{
    Month,
    Quarter,
    HalfYear,
    Year,
}

/// <summary>When and how far a customer falls whose figure no longer reaches the tier.</summary>
public enum TierDowngrade
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>At once, to the tier that the figure gives.</summary>
    OnBalance,

    /// <summary>When the tier is reviewed, by one tier at most.</summary>
    OneStep,

    /// <summary>When the tier is reviewed, to the tier that the figure gives.</summary>
    EndOfPeriod,
}

/// <summary>A level that customers reach.</summary>
public sealed record Tier(string Name, Points MinPoints);

/// <summary>Where a customer stands, as the entries say.</summary>
/// <param name="Tier">The tier's name; null for none.</param>
/// <param name="Since">Since when.</param>
/// <param name="ExpiresAt">When it expires and is reviewed; null for never.</param>
/// <param name="Earned">Points earned in the period, where tiers are measured by that.</param>
/// <param name="PeriodEndsAt">The first instant of the next period; null when none has begun.</param>
public sealed record Standing(
    string? Tier, DateTimeOffset? Since, DateTimeOffset? ExpiresAt, Points Earned, DateTimeOffset? PeriodEndsAt)
{
    /// <summary>No tier.</summary>
    public static Standing None { get; } = new(null, null, null, default, null);
}

/// <summary>
/// Decides on tiers. A rise is decided with the entry that brings it, a fall as the program's policy says: at once, or
/// when the tier is reviewed. It is reviewed when it expires, if the program lets tiers expire, else at the end of the
/// calendar period.
/// </summary>
/// <param name="Tiers">Lowest first.</param>
/// <param name="Basis">What is measured.</param>
/// <param name="Period">The period in which points are counted and at whose end tiers are reviewed.</param>
/// <param name="Downgrade">How a customer falls.</param>
/// <param name="Expiry">How long a tier lasts; null for no expiry.</param>
/// <param name="Zone">Whose calendar counts.</param>
public sealed record TierPolicy(
    IReadOnlyList<Tier> Tiers, TierBasis Basis, TierPeriod Period, TierDowngrade Downgrade, RelativeTime? Expiry,
    DateTimeZone Zone)
{
    /// <summary>No tiers.</summary>
    public static TierPolicy None { get; } =
        new([], TierBasis.Active, TierPeriod.Year, TierDowngrade.OnBalance, null, DateTimeZone.Utc);

    private bool ReviewsAtPeriodEnd =>
        (Expiry is null && Downgrade is TierDowngrade.OneStep or TierDowngrade.EndOfPeriod)
        || (Basis == TierBasis.Earned && Downgrade == TierDowngrade.OnBalance);

    /// <summary>When time alone may move the customer; null for never. Nobody falls below the tier that zero points
    /// give, so nothing is due there.</summary>
    public DateTimeOffset? DueAt(Standing standing)
    {
        if (RankOf(standing.Tier) <= RankFor(Points.Zero) || Downgrade == TierDowngrade.Never) return null;
        standing = Completed(standing);
        var period = ReviewsAtPeriodEnd ? standing.PeriodEndsAt : null;
        return period is null || standing.ExpiresAt < period ? standing.ExpiresAt : period;
    }

    /// <summary>Where a customer stands after an entry.</summary>
    /// <param name="standing">Before it.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="active">The active balance after it.</param>
    public Standing After(Standing standing, LedgerEntry entry, Points active)
    {
        if (Tiers.Count == 0) return standing;
        var at = entry.EffectiveAt;
        var counted = entry.Brought is { } brought ? Joined(standing, brought, at) : Counted(standing, entry);
        var rank = RankFor(Measure(counted, active));
        if (rank > RankOf(counted.Tier)) return Moved(counted, rank, at);
        var falls = rank < RankOf(counted.Tier) && Downgrade == TierDowngrade.OnBalance;
        return falls ? Moved(counted, rank, at) : counted;
    }

    /// <summary>Where a customer stands after a review at the instant that <see cref="DueAt"/> gave.</summary>
    public Standing Reviewed(Standing standing, Points active, DateTimeOffset at)
    {
        standing = Completed(standing);
        var measured = RankFor(Measure(standing, active));
        var lowest = Downgrade == TierDowngrade.OneStep ? RankOf(standing.Tier) - 1 : -1;
        var next = standing;
        if (standing.PeriodEndsAt <= at)
        {
            next = next with { Earned = Points.Zero, PeriodEndsAt = PeriodEnd(at) };
            // At the very end of a period that period is measured, after it the one that has begun.
            if (Downgrade == TierDowngrade.OnBalance || standing.PeriodEndsAt < at)
                measured = RankFor(Measure(next, active));
        }

        var rank = Math.Max(measured, lowest);
        return rank == RankOf(standing.Tier)
            ? next with { ExpiresAt = Expiry?.After(at, Zone) }
            : Moved(next, rank, at);
    }

    /// <summary>The tier that a customer has, and the next one with the points that are missing. A tier that the
    /// program got only after the last entry counts as reached.</summary>
    public (string? Tier, string? Next, Points? Missing) Shown(
        Standing standing, Points active, DateTimeOffset asOf)
    {
        var current = standing.PeriodEndsAt <= asOf ? standing with { Earned = Points.Zero } : standing;
        var measure = Measure(current, active);
        var rank = Math.Max(RankFor(measure), RankOf(standing.Tier));
        var next = rank + 1 < Tiers.Count ? Tiers[rank + 1] : null;
        return (rank < 0 ? null : Tiers[rank].Name, next?.Name, next is null ? null : next.MinPoints - measure);
    }

    // A tier that was reached before the program came to review it counts from when it was reached.
    private Standing Completed(Standing standing) => standing.Since is not { } since ? standing : standing with
    {
        ExpiresAt = standing.ExpiresAt ?? Expiry?.After(since, Zone),
        PeriodEndsAt = standing.PeriodEndsAt ?? (ReviewsAtPeriodEnd ? PeriodEnd(since) : null),
    };

    private Standing Moved(Standing standing, int rank, DateTimeOffset at) => standing with
    {
        Tier = rank < 0 ? null : Tiers[rank].Name,
        Since = at,
        ExpiresAt = rank > RankFor(Points.Zero) ? Expiry?.After(at, Zone) : null,
        PeriodEndsAt = standing.PeriodEndsAt > at ? standing.PeriodEndsAt
            : ReviewsAtPeriodEnd || Basis == TierBasis.Earned ? PeriodEnd(at) : null,
    };

    // Of two customers who become one: what both earned in the current period, and the better tier.
    private Standing Joined(Standing own, Standing brought, DateTimeOffset at)
    {
        if (Basis == TierBasis.Earned && brought.PeriodEndsAt > at)
            own = own with
            {
                Earned = brought.Earned + (own.PeriodEndsAt == brought.PeriodEndsAt ? own.Earned : Points.Zero),
                PeriodEndsAt = brought.PeriodEndsAt,
            };
        return RankOf(brought.Tier) <= RankOf(own.Tier) ? own : own with
        {
            Tier = brought.Tier,
            Since = brought.Since,
            ExpiresAt = brought.ExpiresAt,
            PeriodEndsAt = own.PeriodEndsAt ?? brought.PeriodEndsAt,
        };
    }

    // Points of an earlier period than the one that is counted are not looked at again.
    private Standing Counted(Standing standing, LedgerEntry entry)
    {
        if (Basis != TierBasis.Earned || entry.Kind is not (EntryKind.Added or EntryKind.Reversed)) return standing;
        if (entry.Grants is not null) return standing;
        var end = PeriodEnd(entry.EffectiveAt);
        if (end < standing.PeriodEndsAt) return standing;
        var earned = end == standing.PeriodEndsAt ? standing.Earned : Points.Zero;
        var gone = entry.Allocations.Where(a => a.Debt == Allocation.Expired).Sum(a => a.Points);
        earned = entry.Kind == EntryKind.Added ? earned + entry.Points
            : earned - Points.Min(earned, entry.Points + gone);
        return standing with { Earned = earned, PeriodEndsAt = end };
    }

    private Points Measure(Standing standing, Points active) => Basis == TierBasis.Earned ? standing.Earned : active;

    private int RankFor(Points measure)
    {
        var rank = -1;
        while (rank + 1 < Tiers.Count && Tiers[rank + 1].MinPoints <= measure) rank++;
        return rank;
    }

    private int RankOf(string? name)
    {
        for (var rank = 0; rank < Tiers.Count; rank++)
            if (Tiers[rank].Name == name) return rank;
        return -1;
    }

    private DateTimeOffset PeriodEnd(DateTimeOffset at)
    {
        var local = Instant.FromDateTimeOffset(at).InZone(Zone).Date;
        var months = Period switch
        {
            TierPeriod.Month => 1,
            TierPeriod.Quarter => 3,
            TierPeriod.HalfYear => 6,
            _ => 12,
        };
        var first = new LocalDate(local.Year, local.Month - ((local.Month - 1) % months), 1);
        return Zone.AtStartOfDay(first.PlusMonths(months)).ToDateTimeOffset().ToUniversalTime();
    }
}
