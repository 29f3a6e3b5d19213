namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What only the whole history of a wallet can tell.</summary>
public static class History
{
    /// <summary>The wallet at an instant, as it was known at another: the fold of the entries that counted by then,
    /// settled up to then.</summary>
    public static WalletState At(
        string wallet, IEnumerable<LedgerEntry> entries, TierPolicy tiers, DateTimeOffset asOf,
        DateTimeOffset asKnownAt)
    {
        var counted = entries.Where(e => e.EffectiveAt <= asOf && e.RecordedAt <= asKnownAt);
        return Settlement.At(wallet, counted.ApplyAll(WalletState.Empty), tiers, asOf);
    }

    /// <summary>The last known terms of every lot that a ledger ever had, used up or not.</summary>
    public static IReadOnlyDictionary<string, LotGrant> TermsOf(string ledger, IEnumerable<LedgerEntry> entries)
    {
        var terms = new Dictionary<string, LotGrant>(StringComparer.Ordinal);
        var state = WalletState.Empty;
        foreach (var e in entries.Where(e => e.Ledger == ledger))
        {
            if (e.Kind == EntryKind.Added)
                terms[e.Lot!] = new LotGrant(
                    e.Lot!, e.Points, e.Origin!, e.EffectiveAt, e.ActiveAt ?? e.EffectiveAt, e.ExpiresAt);
            // Points that join an open lot take its terms.
            foreach (var grant in (e.Grants ?? []).Where(g => state.Lots.All(l => l.Id != g.Lot)))
                terms[grant.Lot] = grant;
            foreach (var t in e.Terms ?? [])
                terms[t.Lot] = terms[t.Lot] with { Start = t.Start ?? terms[t.Lot].Start, Expiry = t.Expiry };
            state = Fold.Apply(state, e);
        }

        return terms;
    }
}

/// <summary>The histories that decide over a wallet: its own, and those of wallets that were merged into it.</summary>
/// <param name="Own">The wallet's name.</param>
/// <param name="Chains">By wallet, the oldest merge first, the wallet's own last.</param>
public sealed record Past(string Own, IReadOnlyList<(string Wallet, IReadOnlyList<LedgerEntry> Entries)> Chains)
{
    /// <summary>All entries; those of one wallet together, in order.</summary>
    public IReadOnlyList<LedgerEntry> Entries { get; } = [.. Chains.SelectMany(c => c.Entries)];

    /// <summary>A wallet that nothing was merged into.</summary>
    public static Past Of(string wallet, IReadOnlyList<LedgerEntry> entries) => new(wallet, [(wallet, entries)]);

    /// <summary>The wallet of an owner among them, or null.</summary>
    public string? WalletOf(string owner) =>
        Chains.Select(c => c.Wallet).FirstOrDefault(w => WalletId.Parse(w).Owner == owner);

    /// <summary>One entry, or null.</summary>
    public LedgerEntry? Find(string? wallet, long seq) => Chains.Where(c => c.Wallet == wallet)
        .SelectMany(c => c.Entries).FirstOrDefault(e => e.Seq == seq);

    /// <summary>The entry that undid one, in whichever wallet, or null.</summary>
    public LedgerEntry? ReversalOf(string wallet, long seq) => Chains.SelectMany(
        c => c.Entries.Where(e => e.Reverses == seq && (e.ReversesIn ?? c.Wallet) == wallet)).FirstOrDefault();
}

/// <summary>What a wallet's history knows of one origin.</summary>
/// <param name="NetEarned">Granted to it, less what was taken back already.</param>
/// <param name="Expired">Its lots that have expired, with what was not yet counted as taken back.</param>
public sealed record OriginHistory(Points NetEarned, IReadOnlyList<Allocation> Expired)
{
    /// <summary>Reads the history of a ledger.</summary>
    public static OriginHistory Of(Origin origin, string ledger, IEnumerable<LedgerEntry> entries)
    {
        var earned = Points.Zero;
        var expired = new Dictionary<string, Points>(StringComparer.Ordinal);
        foreach (var entry in entries.Where(e => e.Ledger == ledger))
        {
            if (entry.Kind == EntryKind.Added && entry.Origin == origin)
            {
                earned += entry.Points;
                expired[entry.Lot!] = Points.Zero;
            }

            if (entry.Kind == EntryKind.Reversed && entry.Grants is null && entry.Origin == origin)
                earned -= entry.Points;
            foreach (var a in entry.Allocations.Where(a => expired.ContainsKey(a.Lot)))
            {
                if (entry.Kind == EntryKind.Expired) expired[a.Lot] += a.Points;
                if (a.Debt != Allocation.Expired) continue;
                // A grant's undoing counts them as taken; a deduction's brings more of them.
                var isTaken = entry.Grants is null;
                expired[a.Lot] += isTaken ? new Points(-a.Points.Hundredths) : a.Points;
                if (isTaken && entry.Origin == origin) earned -= a.Points;
            }
        }

        return new OriginHistory(
            earned,
            [.. expired.Where(e => e.Value > Points.Zero).Select(e => new Allocation(e.Key, e.Value))]);
    }
}
