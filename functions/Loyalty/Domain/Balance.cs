namespace CustomerFunctions.Loyalty.Domain;

/// <summary>The figures of one ledger, or of all together.</summary>
/// <param name="Active">Can be spent.</param>
/// <param name="Pending">Will become active.</param>
/// <param name="Spent">Were spent.</param>
/// <param name="Expired">Ran out unspent.</param>
/// <param name="Negative">Owed; while it is not zero, nothing is active.</param>
public sealed record LedgerFigures(Points Active, Points Pending, Points Spent, Points Expired, Points Negative)
{
    /// <summary>No points anywhere.</summary>
    public static LedgerFigures None { get; } = new(default, default, default, default, default);

    public static LedgerFigures operator +(LedgerFigures a, LedgerFigures b) => new(
        a.Active + b.Active, a.Pending + b.Pending, a.Spent + b.Spent, a.Expired + b.Expired, a.Negative + b.Negative);
}

/// <summary>A wallet's balance at one instant.</summary>
public sealed record Balance(
    Points Active, Points Pending, Points Spent, Points Expired, Points Negative, string? Tier,
    IReadOnlyDictionary<string, LedgerFigures> Ledgers, DateTimeOffset AsOf)
{
    /// <summary>Since when the customer has the tier; null for none, or for one that asks for nothing.</summary>
    public DateTimeOffset? TierSince { get; init; }

    /// <summary>When the tier expires; null for never.</summary>
    public DateTimeOffset? TierExpiresAt { get; init; }

    /// <summary>The next tier up, if there is one.</summary>
    public string? NextTier { get; init; }

    /// <summary>Points that are missing to it.</summary>
    public Points? PointsToNextTier { get; init; }

    /// <summary>When the customer joined, as the program understands it.</summary>
    public DateTimeOffset? JoinedAt { get; init; }

    /// <summary>Reads the figures off a wallet that is settled up to the instant.</summary>
    /// <param name="settled">The wallet.</param>
    /// <param name="program">Its program.</param>
    /// <param name="ledger">One ledger, or <see cref="Domain.Ledgers.All"/>.</param>
    /// <param name="asOf">The instant.</param>
    public static Balance Of(WalletState settled, LoyaltyProgram program, string ledger, DateTimeOffset asOf)
    {
        var ledgers = settled.Totals.Keys.Where(l => ledger == Domain.Ledgers.All || l == ledger)
            .ToDictionary(l => l, l => Figures(settled, l), StringComparer.Ordinal);
        var sum = ledgers.Values.Aggregate(LedgerFigures.None, (a, b) => a + b);
        var (tier, next, missing) = program.Tiers.Shown(settled.Standing, settled.Active, asOf);
        return new Balance(sum.Active, sum.Pending, sum.Spent, sum.Expired, sum.Negative, tier, ledgers, asOf)
        {
            TierSince = tier is not null && settled.Standing.Tier == tier ? settled.Standing.Since : null,
            TierExpiresAt = tier is not null && settled.Standing.Tier == tier ? settled.Standing.ExpiresAt : null,
            NextTier = next,
            PointsToNextTier = missing,
            JoinedAt = program.JoinPolicy switch
            {
                JoinPolicy.PointsEarned => settled.FirstEarnedAt,
                JoinPolicy.PointsActivated => settled.FirstActiveAt,
                _ => null,
            },
        };
    }

    private static LedgerFigures Figures(WalletState settled, string ledger)
    {
        var balance = settled.BalanceOf(ledger);
        var totals = settled.Totals[ledger];
        return new LedgerFigures(balance.Active, balance.Pending, totals.Spent, totals.Expired, balance.Negative);
    }
}
