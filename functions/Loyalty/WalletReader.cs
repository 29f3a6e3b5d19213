using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Loyalty;

/// <summary>The ledger's door for readers. A balance now or in the future, and what expires when, cost 1 storage call
/// for up to 1,000 rows or 4 MiB of head and lot pages; anything about the past reads the entries, 1 call for each
/// 1,000.</summary>
public sealed class WalletReader(TimeProvider clock, WalletTable table, ChainAnchors anchors)
{
    /// <summary>The balance at an instant, past or future, as it was known at another (null: as it is known now).
    /// </summary>
    /// <param name="wallet">The wallet.</param>
    /// <param name="program">Its program.</param>
    /// <param name="ledger">One ledger, or <see cref="Ledgers.All"/>.</param>
    /// <param name="asOf">The instant; null for now.</param>
    /// <param name="asKnownAt">When it was known.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Balance> BalanceAsync(
        WalletId wallet, LoyaltyProgram program, string ledger, DateTimeOffset? asOf, DateTimeOffset? asKnownAt,
        CancellationToken cancel)
    {
        var (state, at) = await StateAsync(wallet, program, asOf, asKnownAt, cancel);
        return Balance.Of(state, program, ledger, at);
    }

    /// <summary>What the balance would be now if points were granted; as it is when they would be refused.</summary>
    public async Task<Balance> ForeseeAsync(
        WalletId wallet, LoyaltyProgram program, Grant grant, CancellationToken cancel)
    {
        var (state, now) = await StateAsync(wallet, program, instant: null, asKnownAt: null, cancel);
        var draft = Draft.On(wallet.ToString(), state, program.Tiers, now) with { IsForeseen = true };
        var granted = LedgerRules.Add(draft, grant, program, new Stamp("foreseen", null));
        return Balance.Of(granted.Try(out var next, out _) ? next.State : state, program, Ledgers.All, now);
    }

    /// <summary>Everything active at an instant by when it expires.</summary>
    public async Task<IReadOnlyList<Expiration>> ExpirationsAsync(
        WalletId wallet, LoyaltyProgram program, string ledger, DateTimeOffset? asOf, CancellationToken cancel) =>
        Expirations.Of((await StateAsync(wallet, program, asOf, asKnownAt: null, cancel)).State, ledger);

    /// <summary>Why the balance at an instant is what it is.</summary>
    public async Task<Explanation> ExplainAsync(
        WalletId wallet, LoyaltyProgram program, ExplainQuery query, CancellationToken cancel)
    {
        var entries = await table.ReadAllAsync(wallet, cancel);
        var texts = await table.ReadTextsAsync(wallet, 0, entries.Count, cancel);
        return Explanation.Of(wallet.ToString(), entries, texts, program, query);
    }

    /// <summary>One page of a wallet's history, oldest first.</summary>
    public async Task<Page<EntryDocument>> ListAsync(WalletId wallet, EntryQuery query, CancellationToken cancel)
    {
        var found = new List<LedgerEntry>();
        await foreach (var entry in table.ReadEntriesAsync(wallet, query.FromSeq, cancel))
        {
            if (!query.Wants(entry)) continue;
            found.Add(entry);
            if (found.Count > query.Limit) break;
        }

        var page = found.Take(query.Limit).ToList();
        var texts = page.Count == 0
            ? new Dictionary<long, EntryText>()
            : await table.ReadTextsAsync(wallet, page[0].Seq, page[^1].Seq, cancel);
        return new Page<EntryDocument>(
            [.. page.Select(e => EntryDocument.Of(e, texts.GetValueOrDefault(e.Seq)))],
            found.Count > query.Limit ? Cursor.Write($"{found[^1].Seq}") : null);
    }

    /// <summary>Every entry with its text, oldest first, read page by page.</summary>
    public async IAsyncEnumerable<(LedgerEntry Entry, EntryText? Text)> ReadAsync(
        WalletId wallet, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        const int Together = 500;
        await foreach (var some in table.ReadEntriesAsync(wallet, 1, cancel).Chunk(Together))
        {
            var texts = await table.ReadTextsAsync(wallet, some[0].Seq, some[^1].Seq, cancel);
            foreach (var entry in some) yield return (entry, texts.GetValueOrDefault(entry.Seq));
        }
    }

    /// <summary>Recomputes chain, balances and invariants from the entries alone, and compares them with the head and
    /// with what was anchored.</summary>
    public async Task<Verification> VerifyAsync(WalletId wallet, CancellationToken cancel) =>
        await VerifyAsync(wallet, await anchors.OfAsync(wallet, cancel), cancel);

    /// <summary>As above, with anchors that are known already.</summary>
    /// <param name="wallet">The wallet, which may change meanwhile.</param>
    /// <param name="anchored">What its chain was seen to be before this call.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Verification> VerifyAsync(
        WalletId wallet, IReadOnlyList<ChainAnchor> anchored, CancellationToken cancel)
    {
        var proof = new WalletProof(table, wallet);
        await proof.ReadAsync(anchored, cancel);
        return proof.Verification;
    }

    // Now is never before the last entry: another machine's clock may be ahead, and a caller must see what it wrote.
    private async Task<(WalletState State, DateTimeOffset At)> StateAsync(
        WalletId wallet, LoyaltyProgram program, DateTimeOffset? instant, DateTimeOffset? asKnownAt,
        CancellationToken cancel)
    {
        var loaded = await table.LoadAsync(wallet, cancel);
        var now = clock.GetUtcNow();
        var asOf = instant ?? (now > loaded.State.RecordedAt ? now : loaded.State.RecordedAt);
        var known = asKnownAt ?? DateTimeOffset.MaxValue;
        if (asOf >= loaded.State.RecordedAt && known >= loaded.State.RecordedAt)
            return (Settlement.At(wallet.ToString(), loaded.State, program.Tiers, asOf), asOf);
        var entries = await table.ReadAllAsync(wallet, cancel);
        return (History.At(wallet.ToString(), entries, program.Tiers, asOf, known), asOf);
    }
}
