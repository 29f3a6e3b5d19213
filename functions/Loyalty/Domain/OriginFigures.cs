namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What one origin, such as an order, has done in one ledger of a wallet.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="NetEarned">Granted to it, less what was taken back.</param>
/// <param name="Spent">Spent by it, without deductions that were undone one by one.</param>
/// <param name="GivenBack">What of that was given back.</param>
public sealed record OriginFigures(string Ledger, Points NetEarned, Points Spent, Points GivenBack)
{
    /// <summary>One for each ledger that the origin occurs in, by name.</summary>
    public static IReadOnlyList<OriginFigures> Of(Origin origin, Past past) =>
    [
        .. past.Entries.Where(e => e.Origin == origin).Select(e => e.Ledger).Distinct().Order(StringComparer.Ordinal)
            .Select(ledger =>
            {
                var spending = OriginSpending.Of(origin, ledger, past);
                return new OriginFigures(
                    ledger, OriginHistory.Of(origin, ledger, past.Entries).NetEarned, spending.Spent,
                    spending.GivenBack);
            }),
    ];
}
