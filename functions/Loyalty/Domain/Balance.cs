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
    /// <summary>Reads the figures off a wallet that is settled up to the instant.</summary>
    /// <param name="ledger">One ledger, or <see cref="Domain.Ledgers.All"/>.</param>
    public static Balance Of(WalletState settled, LoyaltyProgram program, string ledger, DateTimeOffset asOf)
    {
        var ledgers = settled.Totals.Keys.Where(l => ledger == Domain.Ledgers.All || l == ledger)
            .ToDictionary(l => l, l => Figures(settled, l), StringComparer.Ordinal);
        var sum = ledgers.Values.Aggregate(LedgerFigures.None, (a, b) => a + b);
        var active = settled.Totals.Keys.Sum(l => Figures(settled, l).Active);
        return new Balance(
            sum.Active, sum.Pending, sum.Spent, sum.Expired, sum.Negative, program.TierOf(active), ledgers, asOf);
    }

    private static LedgerFigures Figures(WalletState settled, string ledger)
    {
        var balance = settled.BalanceOf(ledger);
        var totals = settled.Totals[ledger];
        return new LedgerFigures(balance.Active, balance.Pending, totals.Spent, totals.Expired, balance.Negative);
    }
}
