using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>What one transaction writes beside the entries.</summary>
/// <param name="Change">The change that the entries belong to; null for settlements.</param>
/// <param name="Text">The free text of the change's entry.</param>
/// <param name="Unlisted">A due slot that a timer has dealt with.</param>
public sealed record WriteExtras(Change? Change = null, EntryText? Text = null, DateTimeOffset? Unlisted = null);

/// <summary>Writes drafts: marks first (due slot, outbox), then head, lot pages, entries, text, change and events in
/// one transaction.</summary>
public sealed class WalletWriter(WalletTable table, DueIndex due, Outbox outbox)
{
    /// <summary>The due index's name for wallets with something to settle.</summary>
    public const string DueKind = "points";

    /// <summary>Settlement entries that fit one transaction on this wallet: each brings its event along.</summary>
    public static int EntriesMax(LoadedWallet wallet) =>
        Math.Min(Settlement.EntriesMax, (TableBatch.RowsMax - wallet.Pages.Count - 4) / 2);

    /// <summary>Writes a draft and answers the wallet as it is now. A lost race comes out as the storage's fault.
    /// </summary>
    public async Task<LoadedWallet> CommitAsync(
        LoadedWallet wallet, Draft draft, WriteExtras extras, CancellationToken cancel)
    {
        var slots = await ListDueAsync(wallet, draft.State, extras.Unlisted, cancel);
        var place = Place(wallet.Id);
        if (draft.Entries.Length > 0 && wallet.NeedsMark) await outbox.MarkAsync(place, cancel);

        var batch = table.NewBatch(wallet.Id);
        var pages = LotPaging.Arrange(wallet, draft.State);
        var head = HeadRow(wallet, draft.State, pages[0], slots, extras.Change);
        foreach (var entry in draft.Entries) AddEntry(batch, wallet.Id, entry);
        AddChange(batch, wallet.Id, draft, extras);
        Outbox.Append(batch, place, wallet.Id.Environment, head, draft.Entries.Select(e => EventOf(wallet.Id, e)));
        if (draft.Entries.Length == 0) head["OutboxMarked"] = wallet.Head?.GetBoolean("OutboxMarked") ?? false;
        var paged = LotPaging.AddChanged(batch, wallet, pages);
        if (wallet.Head is null) batch.Insert(head);
        else batch.Replace(head, wallet.Head.ETag);

        head.ETag = await batch.CommitAsync(cancel, WalletTable.HeadRow);
        return paged
            ? await table.LoadAsync(wallet.Id, cancel)
            : new LoadedWallet(wallet.Id, draft.State, head, [], slots);
    }

    /// <summary>As <see cref="CommitAsync"/>, but null when a row that should be new is there already.</summary>
    public async Task<LoadedWallet?> CommitUnlessTakenAsync(
        LoadedWallet wallet, Draft draft, WriteExtras extras, CancellationToken cancel)
    {
        try
        {
            return await CommitAsync(wallet, draft, extras, cancel);
        }
        catch (RequestFailedException e) when (e.IsConflict())
        {
            return null;
        }
    }

    private static OutboxPlace Place(WalletId wallet) => new(
        WalletTable.TableName, wallet.ToString(), WalletTable.HeadRow, new Aggregate("wallet", wallet.ToString()));

    private static TableEntity HeadRow(
        LoadedWallet wallet, WalletState state, ImmutableArray<Lot> lots, ImmutableHashSet<DateTimeOffset> slots,
        Change? change)
    {
        var head = new TableEntity(wallet.Id.ToString(), WalletTable.HeadRow)
        {
            ["DueSlots"] = WalletTable.WriteSlots(slots),
            ["Recent"] = wallet.RecentWith(change),
            ["EventSequence"] = wallet.Head?.GetInt64("EventSequence") ?? 0L,
        };
        head.SetDocument("State", WalletDocuments.WriteHead(state));
        head.SetDocument("Lots", WalletDocuments.WriteLots(lots));
        return head;
    }

    private static void AddEntry(TableBatch batch, WalletId wallet, LedgerEntry entry)
    {
        var row = new TableEntity(wallet.ToString(), WalletTable.EntryPrefix + WalletTable.Digits(entry.Seq));
        row.SetDocument("Entry", WalletDocuments.Write(entry));
        batch.Insert(row);
    }

    private static void AddChange(TableBatch batch, WalletId wallet, Draft draft, WriteExtras extras)
    {
        if (extras.Change is null) return;
        var entry = draft.Entries[^1];
        var row = new TableEntity(wallet.ToString(), WalletTable.ChangeRowKey(extras.Change))
        {
            ["BodyHash"] = extras.Change.BodyHash,
        };
        row.SetDocument("Entry", WalletDocuments.Write(entry));
        batch.Insert(row);
        if (extras.Text is not { } text) return;
        batch.Insert(new TableEntity(wallet.ToString(), WalletTable.TextPrefix + WalletTable.Digits(entry.Seq))
        {
            ["Reason"] = text.Reason,
            ["By"] = text.By,
            ["Salt"] = text.Salt,
        });
    }

    private static DomainEvent EventOf(WalletId wallet, LedgerEntry entry) => new(
        "points." + (entry.Kind == EntryKind.Added ? "added" : entry.Kind.ToString().ToLowerInvariant()),
        entry.EffectiveAt,
        new
        {
            wallet.Program,
            wallet.Owner,
            entry.Seq,
            entry.Ledger,
            entry.Points,
            entry.ActiveAt,
            entry.ExpiresAt,
            entry.Origin,
            Balance = entry.BalanceAfter,
        },
        entry.ChangeId);

    private async Task<ImmutableHashSet<DateTimeOffset>> ListDueAsync(
        LoadedWallet wallet, WalletState state, DateTimeOffset? unlisted, CancellationToken cancel)
    {
        var slots = unlisted is { } done ? wallet.DueSlots.Remove(done) : wallet.DueSlots;
        if (state.NextDueAt() is not { } next) return slots;
        var slot = DueIndex.SlotOf(next);
        if (slots.Contains(slot)) return slots;
        await due.MarkAsync(DueKind, wallet.Id.ToString(), slot, cancel);
        return slots.Add(slot);
    }
}
