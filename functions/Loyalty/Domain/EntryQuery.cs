namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Which entries of a wallet to list.</summary>
/// <param name="Ledger">One ledger; null for all.</param>
/// <param name="Kind">One kind; null for all.</param>
/// <param name="After">Only those that count from this instant on or later; null for no bound.</param>
/// <param name="Before">Only those that count from earlier than this instant; null for no bound.</param>
/// <param name="Limit">Most entries to answer.</param>
/// <param name="From">Where to begin: the next entry of the wallet, then of each that was merged into it; empty for
/// the first.</param>
public sealed record EntryQuery(
    string? Ledger, EntryKind? Kind, DateTimeOffset? After, DateTimeOffset? Before, int Limit,
    IReadOnlyList<long> From)
{
    /// <summary>True when an entry is asked for.</summary>
    public bool Wants(LedgerEntry entry) =>
        (Ledger is null || entry.Ledger == Ledger) && (Kind is null || entry.Kind == Kind)
        && (After is null || entry.EffectiveAt >= After) && (Before is null || entry.EffectiveAt < Before);
}
