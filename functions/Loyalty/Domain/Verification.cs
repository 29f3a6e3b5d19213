namespace CustomerFunctions.Loyalty.Domain;

/// <summary>The first entry that is wrong.</summary>
public sealed record BadEntry(long Seq, string Reason);

/// <summary>Checks a wallet from its entries alone, one by one, so that its size does not matter.</summary>
public sealed class Verification(string wallet)
{
    private WalletState _state = WalletState.Empty;
    private BadEntry? _firstBad;

    /// <summary>How many entries were seen.</summary>
    public long Entries { get; private set; }

    /// <summary>The first that is wrong, or null so far.</summary>
    public BadEntry? FirstBad => _firstBad;

    /// <summary>The wallet that the entries add up to.</summary>
    public WalletState State => _state;

    /// <summary>Checks the next entry. <paramref name="text"/> is null when there is none or it was erased.</summary>
    public void Next(LedgerEntry entry, EntryText? text)
    {
        Entries++;
        if (_firstBad is not null) return;
        var next = Fold.Apply(_state, entry);
        if (FaultOf(entry, text, next) is { } fault) _firstBad = new BadEntry(entry.Seq, fault);
        _state = next;
    }

    /// <summary>Checks what the wallet's head says against what the entries say.</summary>
    public void AgainstHead(WalletState head)
    {
        if (_firstBad is not null) return;
        if (head.Seq != _state.Seq) _firstBad =
            new BadEntry(_state.Seq + 1, "The head counts other entries than there are.");
        else if (head.Hash != _state.Hash) _firstBad =
            new BadEntry(head.Seq, "The head's hash is not the last entry's.");
        else if (!Same(head, _state)) _firstBad =
            new BadEntry(head.Seq, "The head's lots or totals are not the entries'.");
    }

    private static bool Same(WalletState a, WalletState b) =>
        a.Lots.SequenceEqual(b.Lots) && a.Debts.SequenceEqual(b.Debts) && a.Totals.SequenceEqual(b.Totals);

    private string? FaultOf(LedgerEntry entry, EntryText? text, WalletState next)
    {
        if (entry.Seq != _state.Seq + 1) return $"Entry {_state.Seq + 1} is missing.";
        if (entry.RecordedAt < _state.RecordedAt) return "It was recorded before the entry before it.";
        var before = _state.Hash.Length == 0 ? Chain.Genesis(wallet) : _state.Hash;
        if (Chain.HashOf(entry, before) != entry.Hash) return "Its hash does not fit its content and the hash before.";
        if (text is not null && Chain.TextDigest(text) != entry.TextDigest) return "Its text is not the one recorded.";
        if (next.BalanceOf(entry.Ledger) != entry.BalanceAfter) return "Its balance does not follow from the entries.";
        return Invariants(entry, next);
    }

    private string? Invariants(LedgerEntry entry, WalletState next)
    {
        if (entry.BalanceAfter is { Negative.Hundredths: > 0, Active.Hundredths: > 0 })
            return "Points are active while the balance is negative.";
        var lots = next.Lots.Concat(_state.Lots).Select(l => l.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var a in entry.Allocations)
        {
            if (a.Points <= Points.Zero) return "An allocation is not positive.";
            if (a.Lot.Length > 0 && a.Debt != Allocation.Expired && !lots.Contains(a.Lot) && a.Lot != entry.Lot)
                return "It takes points out of a lot that is not open.";
        }

        return OverAllocated(entry) ? "It takes more points out of a lot than are left." : null;
    }

    private bool OverAllocated(LedgerEntry entry)
    {
        var left = _state.Lots.ToDictionary(l => l.Id, l => l.Remaining, StringComparer.Ordinal);
        if (entry.Lot is not null) left[entry.Lot] = entry.Points;
        return entry.Allocations
            .Where(a => a.Lot.Length > 0 && a.Debt != Allocation.Expired
                && (a.Debt is not null || entry.Kind != EntryKind.Activated))
            .GroupBy(a => a.Lot)
            .Any(g => g.Sum(a => a.Points) > left.GetValueOrDefault(g.Key));
    }
}
