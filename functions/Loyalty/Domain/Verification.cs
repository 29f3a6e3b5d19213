namespace CustomerFunctions.Loyalty.Domain;

/// <summary>The first entry that is wrong.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Rule">The invariant that it breaks, <c>I1</c> to <c>I10</c>.</param>
public sealed record BadEntry(long Seq, string Reason, string Rule);

/// <summary>What a chain was once seen to be, kept where nobody can change it.</summary>
/// <param name="Seq">The last entry then.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="At">When.</param>
public sealed record ChainAnchor(long Seq, string Hash, DateTimeOffset At);

/// <summary>Checks a wallet from its entries alone, one by one, so that its size does not matter.</summary>
/// <param name="wallet">Its name, which the chain begins with.</param>
/// <param name="anchors">What its chain was once seen to be.</param>
/// <param name="answers">The entries that changes are answered with when they are repeated; null when that is not
/// looked at.</param>
/// <param name="absorbed">The verifications of wallets that were merged into this one.</param>
public sealed class Verification(
    string wallet, IEnumerable<ChainAnchor>? anchors = null, IEnumerable<LedgerEntry>? answers = null,
    IEnumerable<Verification>? absorbed = null)
{
    private readonly Invariants _invariants = new(wallet, absorbed?.Select(a => a._invariants));
    private readonly ILookup<long, ChainAnchor> _anchors = (anchors ?? []).ToLookup(a => a.Seq);
    private readonly AnsweredChanges? _answers = answers is null ? null : new AnsweredChanges(answers);
    private WalletState _state = WalletState.Empty;

    /// <summary>How many entries were seen.</summary>
    public long Entries { get; private set; }

    /// <summary>The first that is wrong, or null so far.</summary>
    public BadEntry? FirstBad { get; private set; }

    /// <summary>The wallet that the entries add up to.</summary>
    public WalletState State => _state;

    /// <summary>Checks the next entry. <paramref name="text"/> is null when there is none or it was erased.</summary>
    public void Next(LedgerEntry entry, EntryText? text)
    {
        Entries++;
        if (FirstBad is not null) return;
        var fault = Link(entry) ?? _answers?.Next(entry, HashBefore);
        if (fault is null && text is not null) fault = TextFault(entry, text);
        if (fault is null)
        {
            var next = Fold.Apply(_state, entry);
            fault = _invariants.Next(entry, next);
            _state = next;
        }

        if (fault is not null) FirstBad = new BadEntry(entry.Seq, fault.Reason, fault.Rule);
    }

    /// <summary>Notes a row in the place of an entry that is not what is ever written there.</summary>
    public void Unreadable(long seq)
    {
        Entries++;
        FirstBad ??= new BadEntry(seq, "It is not as it was written.", "I8");
    }

    /// <summary>Notes that something beside the entries cannot be read.</summary>
    public void Unreadable() =>
        FirstBad ??= new BadEntry(_state.Seq, "Head, lots, changes or texts are not as they were written.", "I9");

    /// <summary>Notes an entry that was written after the head was read.</summary>
    public void Later(LedgerEntry entry) => _answers?.Later(entry.Seq);

    /// <summary>Checks the text beside an entry that was seen before.</summary>
    public void Text(LedgerEntry entry, EntryText text)
    {
        if (TextFault(entry, text) is not { } fault || FirstBad?.Seq <= entry.Seq) return;
        FirstBad = new BadEntry(entry.Seq, fault.Reason, fault.Rule);
    }

    /// <summary>Checks what the wallet's head says against what the entries say.</summary>
    public void AgainstHead(WalletState head)
    {
        if (FirstBad is not null) return;
        if (head.Seq != _state.Seq)
            FirstBad = new BadEntry(_state.Seq + 1, "The head counts other entries than there are.", "I9");
        else if (head.Hash != _state.Hash)
            FirstBad = new BadEntry(head.Seq, "The head's hash is not the last entry's.", "I9");
        else if (!Same(head, _state))
            FirstBad = new BadEntry(head.Seq, "The head's lots or totals are not the entries'.", "I9");
        else if (_answers?.Missing is { } missing)
            FirstBad = new BadEntry(missing, "A change is answered with this entry, and it is not there.", "I10");
        else if (_anchors.Where(a => a.Key > _state.Seq).MinBy(a => a.Key) is { } lost)
            FirstBad = new BadEntry(_state.Seq + 1, $"Entries up to {lost.Key} were anchored and are gone.", "I8");
    }

    private static bool Same(WalletState a, WalletState b) =>
        a.Lots.OrderBy(l => l.Seq).ThenBy(l => l.Id).SequenceEqual(b.Lots.OrderBy(l => l.Seq).ThenBy(l => l.Id))
        && a.Debts.SequenceEqual(b.Debts) && a.Totals.SequenceEqual(b.Totals) && a.Standing == b.Standing
        && a.FirstEarnedAt == b.FirstEarnedAt && a.FirstActiveAt == b.FirstActiveAt;

    private string HashBefore => _state.Hash.Length == 0 ? Chain.Genesis(wallet) : _state.Hash;

    private static Breach? TextFault(LedgerEntry entry, EntryText text) =>
        Chain.IsSalt(text.Salt) && Chain.TextDigest(text) == entry.TextDigest
            ? null
            : new Breach("I8", "Its text is not the one recorded.");

    // I8: numbered without gaps, each hash over the one before, as it was once anchored.
    private Breach? Link(LedgerEntry entry)
    {
        if (entry.Seq != _state.Seq + 1) return new Breach("I8", $"Entry {_state.Seq + 1} is missing.");
        if (entry.RecordedAt < _state.RecordedAt)
            return new Breach("I8", "It was recorded before the entry before it.");
        if (Chain.HashOf(entry, HashBefore) != entry.Hash)
            return new Breach("I8", "Its hash does not fit its content and the hash before.");
        return _anchors[entry.Seq].FirstOrDefault(a => a.Hash != entry.Hash) is { } anchor
            ? new Breach("I8", $"It or one before it was rewritten after {anchor.At:yyyy-MM-dd}, when it was anchored.")
            : null;
    }
}
