namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What only the whole history of a wallet can tell.</summary>
public static class History
{
    /// <summary>The wallet at an instant, as it was known at another: the fold of the entries that counted by then,
    /// settled up to then.</summary>
    public static WalletState At(
        string wallet, IEnumerable<LedgerEntry> entries, DateTimeOffset asOf, DateTimeOffset asKnownAt)
    {
        var counted = entries.Where(e => e.EffectiveAt <= asOf && e.RecordedAt <= asKnownAt);
        return Settlement.At(wallet, counted.ApplyAll(WalletState.Empty), asOf);
    }

    /// <summary>The lots of an origin that have expired, with what has not been counted as taken back yet.</summary>
    public static IReadOnlyList<Allocation> ExpiredOf(Origin origin, IEnumerable<LedgerEntry> entries)
    {
        var expired = new Dictionary<string, Points>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Kind == EntryKind.Added && entry.Origin == origin) expired[entry.Lot!] = Points.Zero;
            foreach (var a in entry.Allocations.Where(a => expired.ContainsKey(a.Lot)))
            {
                if (entry.Kind == EntryKind.Expired) expired[a.Lot] += a.Points;
                if (a.Debt == Allocation.Expired) expired[a.Lot] -= a.Points;
            }
        }

        return [.. expired.Where(e => e.Value > Points.Zero).Select(e => new Allocation(e.Key, e.Value))];
    }
}
