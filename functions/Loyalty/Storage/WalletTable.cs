using System.Collections.Immutable;
using System.Globalization;
using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>
/// Wallets: one partition each, all of a change in one transaction under the head's ETag.
/// Table: <c>Wallets</c>. PK: <c>{env}|{program}|{owner}</c>. RK:
/// <c>h</c> head (state, first lot page, due slots, last 64 change ids, event counter, merges);
/// <c>l|{page, 4 digits}</c> further lot pages; <c>e|{seq, 10 digits}</c> entries; <c>t|{seq}</c> the free text beside
/// an
/// entry; <c>c|{SHA-256 of the change id}</c> what a change did; <c>x|{transfer id}</c> points on their way to another
/// wallet; <c>o|…</c> events (see Events).
/// Example: <c>live|stars|0198…</c>, <c>e|0000000007</c>, Entry <c>{"seq":7,"kind":"added",…}</c>.
/// Queries: head and pages, one range (<c>h</c> up to <c>m</c>); entries, one range; texts, one range; one change; one
/// transfer.
/// </summary>
public sealed class WalletTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Wallets";

    internal const string HeadRow = "h";
    internal const string EntryPrefix = "e|";
    internal const string TextPrefix = "t|";
    internal const string ChangePrefix = "c|";
    internal const string PagePrefix = "l|";
    internal const string IntentPrefix = "x|";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>A new transaction on a wallet.</summary>
    internal TableBatch NewBatch(WalletId wallet) => new(_table, wallet.ToString());

    /// <summary>Reads a wallet. One call, whether or not it exists.</summary>
    public async Task<LoadedWallet> LoadAsync(WalletId wallet, CancellationToken cancel)
    {
        TableEntity? head = null;
        var pages = new List<LotPage>();
        var range = TableRows.Range(wallet.ToString(), HeadRow, "m");
        var rows = _table.QueryAsync<TableEntity>(range, cancellationToken: cancel);
        await foreach (var row in rows)
        {
            if (row.RowKey == HeadRow) head = row;
            else pages.Add(new LotPage(
                int.Parse(row.RowKey.AsSpan(2), CultureInfo.InvariantCulture),
                WalletDocuments.ReadLots(row.GetDocument("Lots")!), row.ETag));
        }

        if (head is null) return new LoadedWallet(wallet, WalletState.Empty, null, [], []);
        var own = WalletDocuments.ReadLots(head.GetDocument("Lots")!);
        var state = WalletDocuments.ReadHead(head.GetDocument("State")!, own.Concat(pages.SelectMany(p => p.Lots)));
        return new LoadedWallet(wallet, state, head, pages, ReadSlots(head.GetString("DueSlots")));
    }

    /// <summary>What a change did, or null when it was never made. One call.</summary>
    public async Task<(string BodyHash, LedgerEntry Entry)?> FindChangeAsync(
        WalletId wallet, Change change, CancellationToken cancel)
    {
        var row = await _table.FindAsync(wallet.ToString(), ChangeRowKey(change), cancel);
        return row is null
            ? null
            : (row.GetString("BodyHash"), WalletDocuments.ReadEntry(row.GetDocument("Entry")!));
    }

    /// <summary>Entries from one number on, oldest first, page by page.</summary>
    public async IAsyncEnumerable<LedgerEntry> ReadEntriesAsync(
        WalletId wallet, long fromSeq,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var range = TableRows.Range(wallet.ToString(), EntryPrefix + Digits(fromSeq), "f");
        await foreach (var row in _table.QueryAsync<TableEntity>(range, cancellationToken: cancel))
            yield return WalletDocuments.ReadEntry(row.GetDocument("Entry")!);
    }

    /// <summary>Number and hash of a wallet's last entry, or null when it has none. One call.</summary>
    public async Task<(long Seq, string Hash)?> FindChainAsync(WalletId wallet, CancellationToken cancel)
    {
        if (await _table.FindAsync(wallet.ToString(), HeadRow, cancel) is not { } head) return null;
        var state = WalletDocuments.ReadHead(head.GetDocument("State")!, []);
        return state.Seq == 0 ? null : (state.Seq, state.Hash);
    }

    /// <summary>The entries' rows as they lie there, oldest first; without an entry where a row was tampered with.
    /// </summary>
    internal async IAsyncEnumerable<EntryRow> ReadRowsAsync(
        WalletId wallet, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var range = TableRows.Range(wallet.ToString(), EntryPrefix, "f");
        await foreach (var row in _table.QueryAsync<TableEntity>(range, cancellationToken: cancel))
            yield return EntryRow.Of(row);
    }

    /// <summary>What the rows of all changes hold, each of which must be its own.</summary>
    internal async Task<List<LedgerEntry>> ReadAnswersAsync(WalletId wallet, CancellationToken cancel)
    {
        var answers = new List<LedgerEntry>();
        var range = TableRows.Range(wallet.ToString(), ChangePrefix, "d");
        await foreach (var row in _table.QueryAsync<TableEntity>(range, cancellationToken: cancel))
            answers.Add(AnswerOf(row));
        return answers;
    }

    /// <summary>The whole history.</summary>
    public async Task<List<LedgerEntry>> ReadAllAsync(WalletId wallet, CancellationToken cancel)
    {
        var entries = new List<LedgerEntry>();
        await foreach (var entry in ReadEntriesAsync(wallet, 0, cancel)) entries.Add(entry);
        return entries;
    }

    /// <summary>Points on their way, or null when they have arrived. One call.</summary>
    public async Task<TransferIntent?> FindIntentAsync(WalletId wallet, string transferId, CancellationToken cancel) =>
        await _table.FindAsync(wallet.ToString(), IntentPrefix + transferId, cancel) is { } row
            ? WalletDocuments.ReadIntent(row.GetDocument("Intent")!)
            : null;

    /// <summary>Owners whose wallets were merged into one, oldest merge first. One call.</summary>
    public async Task<IReadOnlyList<string>> FindAbsorbedAsync(WalletId wallet, CancellationToken cancel)
    {
        var head = await _table.GetEntityIfExistsAsync<TableEntity>(
            wallet.ToString(), HeadRow, ["Absorbed"], cancel);
        return head.HasValue ? LoadedWallet.AbsorbedOf(head.Value) : [];
    }

    /// <summary>All points on their way out of a wallet. One call.</summary>
    public async Task<IReadOnlyList<TransferIntent>> ReadIntentsAsync(WalletId wallet, CancellationToken cancel)
    {
        var intents = new List<TransferIntent>();
        var range = TableRows.Range(wallet.ToString(), IntentPrefix, "y");
        await foreach (var row in _table.QueryAsync<TableEntity>(range, cancellationToken: cancel))
            intents.Add(WalletDocuments.ReadIntent(row.GetDocument("Intent")!));
        return intents;
    }

    /// <summary>The histories of a wallet and of those that were merged into it.</summary>
    public async Task<Past> ReadPastAsync(
        string wallet, IEnumerable<string> absorbed, CancellationToken cancel)
    {
        var own = WalletId.Parse(wallet);
        var chains = new List<(string, IReadOnlyList<LedgerEntry>)>();
        foreach (var chain in absorbed.Select(o => own with { Owner = o }).Append(own))
            chains.Add((chain.ToString(), await ReadAllAsync(chain, cancel)));
        return new Past(wallet, chains);
    }

    /// <summary>Forgets points that have arrived.</summary>
    public Task EndIntentAsync(WalletId wallet, string transferId, CancellationToken cancel) =>
        _table.TryDeleteAsync(wallet.ToString(), IntentPrefix + transferId, Azure.ETag.All, cancel);

    /// <summary>The texts beside entries, by number; erased ones are missing.</summary>
    public async Task<IReadOnlyDictionary<long, EntryText>> ReadTextsAsync(
        WalletId wallet, long fromSeq, long toSeq, CancellationToken cancel)
    {
        var range = TableRows.Range(
            wallet.ToString(), TextPrefix + Digits(fromSeq), TextPrefix + Digits(toSeq + 1));
        var texts = new Dictionary<long, EntryText>();
        await foreach (var row in _table.QueryAsync<TableEntity>(range, cancellationToken: cancel))
            texts[SeqOf(row)] = TextOf(row);
        return texts;
    }

    /// <summary>Deletes the free text beside one entry.</summary>
    public Task EraseTextAsync(WalletId wallet, long seq, CancellationToken cancel) =>
        _table.DeleteEntityAsync(wallet.ToString(), TextPrefix + Digits(seq), Azure.ETag.All, cancel);

    /// <summary>Deletes all free text of a wallet. The chain stays whole: it holds digests only.</summary>
    public async Task EraseTextsAsync(WalletId wallet, CancellationToken cancel)
    {
        var range = TableRows.Range(wallet.ToString(), TextPrefix, "u");
        await foreach (var row in _table.QueryAsync<TableEntity>(range, cancellationToken: cancel))
            await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, Azure.ETag.All, cancel);
    }

    internal static string Digits(long seq) => seq.ToString("D10", CultureInfo.InvariantCulture);

    internal static string ChangeRowKey(Change change) => ChangeRowKey(change.Id);

    internal static string ChangeRowKey(string changeId) => ChangePrefix + Hash.Hex(changeId);

    internal static long SeqOf(TableEntity row) => long.Parse(row.RowKey.AsSpan(2), CultureInfo.InvariantCulture);

    internal static EntryText TextOf(TableEntity row) => new(
        row.GetString("Reason"), row.GetString("By"), row.GetString("Session"), row.GetString("Salt"));

    internal static LedgerEntry AnswerOf(TableEntity row) =>
        WalletDocuments.ReadUntouched(row.GetDocument("Entry")) is { ChangeId: { } change } entry
        && row.RowKey == ChangeRowKey(change)
            ? entry
            : throw new FormatException("The row of a change holds something else.");

    internal static string WriteSlots(ImmutableHashSet<DateTimeOffset> slots) =>
        string.Join(' ', slots.Order().Select(s => s.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));

    private static ImmutableHashSet<DateTimeOffset> ReadSlots(string? slots) => string.IsNullOrEmpty(slots)
        ? []
        : [.. slots.Split(' ').Select(s =>
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(s, CultureInfo.InvariantCulture)))];
}
