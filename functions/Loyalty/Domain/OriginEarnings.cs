namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What an origin has in a wallet, over all ledgers.</summary>
/// <param name="Origin">The origin.</param>
/// <param name="Net">Granted, less what was taken back.</param>
/// <param name="IsByRuleAlone">False when somebody granted or undid something in its name by hand.</param>
public sealed record OriginEarnings(Origin Origin, Points Net, bool IsByRuleAlone)
{
    /// <summary>One for each origin of a history.</summary>
    public static IReadOnlyList<OriginEarnings> Of(Past past) =>
    [
        .. past.Entries.Where(IsEarning).GroupBy(e => e.Origin!).Select(g => new OriginEarnings(
            g.Key,
            g.Select(e => e.Ledger).Distinct().Sum(ledger => OriginHistory.Of(g.Key, ledger, past.Entries).NetEarned),
            g.All(e => e.Kind == EntryKind.Added ? e.Rule is not null : e.Reverses is null))),
    ];

    private static bool IsEarning(LedgerEntry entry) => entry.Origin is not null
        && (entry.Kind == EntryKind.Added || entry is { Kind: EntryKind.Reversed, Grants: null });
}
