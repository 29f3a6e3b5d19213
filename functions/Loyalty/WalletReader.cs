using System.Globalization;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty;

/// <summary>The ledger's door for readers. A balance now or in the future, and what expires when, cost 1 storage call
/// for up to 1,000 rows or 4 MiB of head and lot pages, and as much for each wallet that was merged into it; anything
/// about the past reads the entries, 1 call for each 1,000.</summary>
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

    /// <summary>Why the balance at an instant is what it is. Of a merged customer each wallet is explained.</summary>
    public async Task<Explanation> ExplainAsync(
        WalletId wallet, LoyaltyProgram program, ExplainQuery query, CancellationToken cancel)
    {
        var absorbed = new List<Explanation>();
        foreach (var chain in await ChainsOfAsync(wallet, cancel))
            absorbed.Add(await ExplainOneAsync(chain, program, query, cancel));
        var own = absorbed[0];
        return absorbed.Count == 1 ? own : own with { Absorbed = absorbed[1..] };
    }

    /// <summary>What an origin, such as an order, has earned and spent in a wallet, or in the one that it was merged
    /// into. Reads the whole history: 1 call, and when there is one, 1 more for each 1,000 entries.</summary>
    public async Task<IReadOnlyList<OriginFigures>> OfOriginAsync(
        WalletId wallet, Origin origin, CancellationToken cancel) =>
        await PastAsync(wallet, cancel) is { } past ? OriginFigures.Of(origin, past) : [];

    /// <summary>What each origin has in a wallet. Reads the whole history.</summary>
    public async Task<IReadOnlyList<OriginEarnings>> OriginsAsync(WalletId wallet, CancellationToken cancel) =>
        await PastAsync(wallet, cancel) is { } past ? OriginEarnings.Of(past) : [];

    // The histories of a wallet, or of the one that it was merged into; null when there is none.
    private async Task<Past?> PastAsync(WalletId wallet, CancellationToken cancel)
    {
        var loaded = await table.LoadAsync(wallet, cancel);
        if (loaded.MergedInto is { } heir) return await PastAsync(wallet with { Owner = heir }, cancel);
        return loaded.Head is null ? null
            : await table.ReadPastAsync(wallet.ToString(), loaded.Absorbed, cancel);
    }

    /// <summary>One page of a wallet's history, oldest first, with those of wallets that were merged into it.
    /// </summary>
    public async Task<Page<EntryDocument>> ListAsync(WalletId wallet, EntryQuery query, CancellationToken cancel)
    {
        var chains = await ChainsOfAsync(wallet, cancel);
        var from = chains.Select((_, i) => i < query.From.Count ? query.From[i] : 1L).ToArray();
        var found = new List<(int Chain, LedgerEntry Entry)>();
        var more = false;
        await foreach (var (chain, entry) in MergeAsync(chains, from, cancel))
        {
            var wanted = query.Wants(entry);
            more = wanted && found.Count == query.Limit;
            if (more) break;
            if (wanted) found.Add((chain, entry));
            from[chain] = entry.Seq + 1;
        }

        var items = new EntryDocument[found.Count];
        foreach (var group in found.Select((f, at) => (f.Chain, f.Entry, At: at)).GroupBy(f => f.Chain))
        {
            var texts = await table.ReadTextsAsync(
                chains[group.Key], group.First().Entry.Seq, group.Last().Entry.Seq, cancel);
            foreach (var (chain, entry, at) in group)
                items[at] = EntryDocument.Of(entry, texts.GetValueOrDefault(entry.Seq)) with
                {
                    Owner = chain == 0 ? null : chains[chain].Owner,
                };
        }

        return new Page<EntryDocument>(items, more ? Cursor.Write(string.Join(',', from)) : null);
    }

    /// <summary>Every entry with its text, oldest first, read page by page; those of wallets that were merged into it
    /// among them.</summary>
    public async IAsyncEnumerable<(LedgerEntry Entry, EntryText? Text, WalletId Wallet)> ReadAsync(
        WalletId wallet, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        const int Together = 500;
        var chains = await ChainsOfAsync(wallet, cancel);
        await foreach (var some in MergeAsync(chains, new long[chains.Count], cancel).Chunk(Together))
        {
            var texts = new Dictionary<(int, long), EntryText>();
            foreach (var group in some.GroupBy(s => s.Chain))
                foreach (var (seq, text) in await table.ReadTextsAsync(
                    chains[group.Key], group.First().Entry.Seq, group.Last().Entry.Seq, cancel))
                    texts[(group.Key, seq)] = text;
            foreach (var (chain, entry) in some)
                yield return (entry, texts.GetValueOrDefault((chain, entry.Seq)), chains[chain]);
        }
    }

    /// <summary>Recomputes chain, balances and invariants from the entries alone, and compares them with the head and
    /// with what was anchored. Wallets that were merged into it are not looked at but for what they had earned.
    /// </summary>
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

    /// <summary>The wallet and those that were merged into it, its own first. One call.</summary>
    public async Task<IReadOnlyList<WalletId>> ChainsOfAsync(WalletId wallet, CancellationToken cancel) =>
        [wallet, .. (await table.FindAbsorbedAsync(wallet, cancel)).Select(o => wallet with { Owner = o })];

    private async Task<Explanation> ExplainOneAsync(
        WalletId wallet, LoyaltyProgram program, ExplainQuery query, CancellationToken cancel)
    {
        var entries = await table.ReadAllAsync(wallet, cancel);
        var texts = await table.ReadTextsAsync(wallet, 0, entries.Count, cancel);
        return Explanation.Of(wallet.ToString(), entries, texts, program, query);
    }

    // Several histories as one, in the order in which their entries were recorded; at one instant merged ones first.
    private IAsyncEnumerable<(int Chain, LedgerEntry Entry)> MergeAsync(
        IReadOnlyList<WalletId> chains, IReadOnlyList<long> from, CancellationToken cancel) => SortedMerge.OfAsync(
            Enumerable.Range(0, chains.Count).Reverse()
                .Select(c => table.ReadEntriesAsync(chains[c], from[c], cancel).Select(e => (Chain: c, Entry: e)))
                .ToList(),
            e => e.Entry.RecordedAt.UtcTicks.ToString("D19", CultureInfo.InvariantCulture), cancel);

    // Now is never before the last entry: another machine's clock may be ahead, and a caller must see what it wrote.
    private async Task<(WalletState State, DateTimeOffset At)> StateAsync(
        WalletId wallet, LoyaltyProgram program, DateTimeOffset? instant, DateTimeOffset? asKnownAt,
        CancellationToken cancel)
    {
        var loaded = await table.LoadAsync(wallet, cancel);
        var now = clock.GetUtcNow();
        var asOf = instant ?? (now > loaded.State.RecordedAt ? now : loaded.State.RecordedAt);
        var known = asKnownAt ?? DateTimeOffset.MaxValue;
        var own = await StateAsync(loaded, program.Tiers, asOf, known, cancel);
        if (loaded.Absorbed.IsEmpty) return (own, asOf);
        var absorbed = await Task.WhenAll(loaded.Absorbed.Select(async o => await StateAsync(
            await table.LoadAsync(wallet with { Owner = o }, cancel), TierPolicy.None, asOf, known, cancel)));
        return (WalletState.Together([own, .. absorbed]), asOf);
    }

    private async Task<WalletState> StateAsync(
        LoadedWallet loaded, TierPolicy tiers, DateTimeOffset asOf, DateTimeOffset known, CancellationToken cancel)
    {
        var name = loaded.Id.ToString();
        if (asOf >= loaded.State.RecordedAt && known >= loaded.State.RecordedAt)
            return Settlement.At(name, loaded.State, tiers, asOf);
        return History.At(name, await table.ReadAllAsync(loaded.Id, cancel), tiers, asOf, known);
    }
}
