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
public sealed record WriteExtras(Change? Change = null, EntryText? Text = null, DateTimeOffset? Unlisted = null)
{
    /// <summary>Points on their way to another wallet.</summary>
    public TransferIntent? Intent { get; init; }

    /// <summary>A new seal, empty for none; null for as it was.</summary>
    public string? Seal { get; init; }

    /// <summary>The owner whose wallet this one is merged into from now on; null for as it was.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Owners whose wallets are merged into this one from now on, beside those before.</summary>
    public IReadOnlyList<string> Absorbs { get; init; } = [];

    /// <summary>Points to tell of that will expire soon; null for nothing to tell.</summary>
    public ExpiringNotice? Notices { get; init; }

    /// <summary>What will have been told of.</summary>
    public ToldOf? Told(LoadedWallet wallet) => Notices?.Told ?? wallet.Told;

    /// <summary>The entry that a change is answered with: its first.</summary>
    public static LedgerEntry AnswerOf(Draft draft, Change change) =>
        draft.Entries.First(e => e.ChangeId == change.Id);
}

/// <summary>Points that will expire soon.</summary>
public sealed record ExpiringNotice(IReadOnlyList<Expiration> Items, ToldOf Told);

/// <summary>Writes drafts: marks first (due slot, outbox), then head, lot pages, entries, text, change and events in
/// one transaction.</summary>
public sealed class WalletWriter(WalletTable table, DueIndex due, Outbox outbox)
{
    /// <summary>The due index's name for wallets with something to settle.</summary>
    public const string DueKind = "points";

    /// <summary>The due index's name for transfers that may be left half done.</summary>
    public const string TransferKind = "transfer";

    // Long enough that the request itself has finished it by then.
    private static readonly TimeSpan SweepAfter = TimeSpan.FromMinutes(2);

    /// <summary>The due index's name for chains to anchor.</summary>
    public const string AnchorKind = "anchor";

    // Minutes that a head lists: each takes 11 characters of a property of 32 thousand.
    private const int SlotsMax = 100;

    // Beside entries and pages: head, text, change, intent, notice, and a page that may be new.
    private const int OtherRows = 6;

    // An entry, its event, and perhaps the event of a new tier.
    private const int RowsPerEntry = 3;

    /// <summary>Settlement entries that fit one transaction on this wallet: each brings its events along.</summary>
    public static int EntriesMax(LoadedWallet wallet) => Math.Max(1, Math.Min(
        Settlement.EntriesMax, (TableBatch.RowsMax - wallet.Pages.Count - OtherRows) / RowsPerEntry));

    /// <summary>When a timer has something to do here next.</summary>
    public static DateTimeOffset? NextDueAt(Draft draft, ToldOf? told, LoyaltyProgram program)
    {
        var settle = draft.State.NextDueAt(draft.Tiers);
        var notice = Expirations.NoticeDueAt(draft.State, told, program.ExpiringNoticeDays);
        return settle is null || notice < settle ? notice ?? settle : settle;
    }

    /// <summary>What is to be told now of points that will expire soon, or null.</summary>
    public static ExpiringNotice? NoticesOf(LoadedWallet wallet, Draft draft, LoyaltyProgram program)
    {
        var days = program.ExpiringNoticeDays;
        var items = Expirations.ToNotice(draft.State, wallet.Told, days, draft.Now);
        var told = new ToldOf(draft.Now.AddDays(days), draft.State.Seq);
        return items.Count == 0 ? null : new ExpiringNotice(items, told);
    }

    /// <summary>Writes a draft and answers the wallet as it is now; null when it has lot pages, whose new ETags only
    /// reading it again can tell. A lost race comes out as the storage's fault.</summary>
    public async Task<LoadedWallet?> CommitAsync(
        LoadedWallet wallet, Draft draft, LoyaltyProgram program, WriteExtras extras, CancellationToken cancel)
    {
        var next = NextDueAt(draft, extras.Told(wallet), program);
        var slots = await ListDueAsync(wallet, next, extras.Unlisted, cancel);
        var anchorSlot = await ListAnchorAsync(wallet, draft, cancel);
        if (extras.Intent is { } intent)
            await due.MarkAsync(TransferKind, $"{wallet.Id}/{intent.Id}", draft.Now + SweepAfter, cancel);
        var place = Place(wallet.Id);
        var events = WalletEvents.Of(wallet, draft, extras.Notices);
        if (events.Count > 0 && wallet.NeedsMark) await outbox.MarkAsync(place, cancel);

        var batch = table.NewBatch(wallet.Id);
        var pages = LotPaging.Arrange(wallet, draft.State);
        var head = HeadRow(wallet, draft.State, pages[0], extras);
        head["DueSlots"] = WalletTable.WriteSlots(slots);
        head["AnchorSlot"] = anchorSlot;
        foreach (var entry in draft.Entries) AddEntry(batch, wallet.Id, entry);
        AddChange(batch, wallet.Id, draft, extras);
        if (events.Count > 0) Outbox.Append(batch, place, wallet.Id.Environment, head, events);
        var paged = LotPaging.AddChanged(batch, wallet, pages);
        if (wallet.Head is null) batch.Insert(head);
        else batch.Replace(head, wallet.Head.ETag);

        head.ETag = await batch.CommitAsync(cancel, WalletTable.HeadRow);
        return paged ? null : new LoadedWallet(wallet.Id, draft.State, head, [], slots);
    }

    /// <summary>As <see cref="CommitAsync"/>; false when a row that should be new is there already.</summary>
    public async Task<bool> CommitUnlessTakenAsync(
        LoadedWallet wallet, Draft draft, LoyaltyProgram program, WriteExtras extras, CancellationToken cancel)
    {
        try
        {
            await CommitAsync(wallet, draft, program, extras, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsConflict())
        {
            return false;
        }
    }

    private static OutboxPlace Place(WalletId wallet) => new(
        WalletTable.TableName, wallet.ToString(), WalletTable.HeadRow, new Aggregate("wallet", wallet.ToString()));

    private static TableEntity HeadRow(
        LoadedWallet wallet, WalletState state, ImmutableArray<Lot> lots, WriteExtras extras)
    {
        var head = new TableEntity(wallet.Id.ToString(), WalletTable.HeadRow)
        {
            ["Recent"] = wallet.RecentWith(extras.Change),
            ["Seal"] = extras.Seal ?? wallet.Seal,
            ["MergedInto"] = extras.MergedInto ?? wallet.MergedInto,
            ["Absorbed"] = string.Join(' ', wallet.Absorbed.Union(extras.Absorbs)),
            ["ToldUpTo"] = extras.Told(wallet)?.UpTo,
            ["ToldSeq"] = extras.Told(wallet)?.Seq,
            ["EventSequence"] = wallet.Head?.GetInt64("EventSequence") ?? 0L,
            ["OutboxMarked"] = wallet.Head?.GetBoolean("OutboxMarked") ?? false,
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
        if (extras.Intent is { } intent)
        {
            var way = new TableEntity(wallet.ToString(), WalletTable.IntentPrefix + intent.Id);
            way.SetDocument("Intent", WalletDocuments.Write(intent));
            batch.Insert(way);
        }

        if (extras.Change is null) return;
        var entry = WriteExtras.AnswerOf(draft, extras.Change);
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
            ["Session"] = text.Session,
            ["Salt"] = text.Salt,
        });
    }

    // The day's first entry has the chain anchored after midnight.
    private async Task<DateTimeOffset?> ListAnchorAsync(LoadedWallet wallet, Draft draft, CancellationToken cancel)
    {
        if (draft.Entries.IsEmpty) return wallet.AnchorSlot;
        var midnight = new DateTimeOffset(draft.Now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        if (wallet.AnchorSlot != midnight)
            await due.MarkAsync(AnchorKind, wallet.Id.ToString(), midnight, cancel);
        return midnight;
    }

    private async Task<ImmutableHashSet<DateTimeOffset>> ListDueAsync(
        LoadedWallet wallet, DateTimeOffset? nextDueAt, DateTimeOffset? unlisted, CancellationToken cancel)
    {
        var slots = unlisted is { } done ? wallet.DueSlots.Remove(done) : wallet.DueSlots;
        if (nextDueAt is not { } next) return slots;
        var slot = DueIndex.SlotOf(next);
        if (slots.Contains(slot)) return slots;
        await due.MarkAsync(DueKind, wallet.Id.ToString(), slot, cancel);
        // A later minute that is no longer listed is marked once more when it comes next.
        return [.. slots.Add(slot).Order().Take(SlotsMax)];
    }
}
