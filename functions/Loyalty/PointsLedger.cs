using System.Security.Cryptography;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty;

/// <summary>An entry as an answer.</summary>
/// <param name="Entry">The entry that the change made.</param>
/// <param name="Hit">True when the change had been made before and this is its first answer again.</param>
public sealed record LedgerAnswer(LedgerEntry Entry, bool Hit);

/// <summary>
/// The ledger's door: every change of points by anybody goes through here. A change is one transaction under the
/// wallet's head; before it, what time has done up to now is written down. A balance costs 1 storage call; adding and
/// deducting 2, plus 1 for each mark (due slot, outbox) that the head does not list yet; a repeat of one of the last 64
/// changes 2, of an older one 3.
/// </summary>
public sealed class PointsLedger(WalletTable table, WalletWriter writer, ProgramCatalog programs, TimeProvider clock)
{
    private delegate Task<Result<Draft>> Decision(LoadedWallet wallet, Draft draft, string? textDigest);

    /// <summary>Grants points. Fails with: program-inactive, subledgers-off, too-many-lots, invalid,
    /// idempotency-key-reused, contention.</summary>
    public Task<Result<LedgerAnswer>> AddAsync(
        WalletId wallet, Grant grant, Change change, CancellationToken cancel) =>
        WriteAsync(wallet, change, grant.Reason, grant.By, program => (_, draft, digest) =>
            Task.FromResult(LedgerRules.Add(draft, grant, program, change.Id, digest)), cancel);

    /// <summary>Spends active points. Fails with: program-inactive, insufficient-points, idempotency-key-reused,
    /// contention.</summary>
    public Task<Result<LedgerAnswer>> DeductAsync(
        WalletId wallet, Deduction deduction, Change change, CancellationToken cancel) =>
        WriteAsync(wallet, change, deduction.Reason, deduction.By, program => (_, draft, digest) =>
            Task.FromResult(LedgerRules.Deduct(draft, deduction, program, change.Id, digest)), cancel);

    /// <summary>Takes back what an origin has earned, as far as the program's return policy goes.
    /// Fails with: contention.</summary>
    public Task<Result<LedgerAnswer>> TakeBackAsync(
        WalletId wallet, TakeBack command, Change change, CancellationToken cancel) =>
        WriteAsync(wallet, change, command.Reason, command.By, program => async (loaded, draft, digest) =>
        {
            var expired = await ExpiredOfAsync(loaded, draft, command, cancel);
            return LedgerRules.TakeBack(draft, command, program, expired, change.Id, digest);
        }, cancel);

    /// <summary>The balance at an instant, past or future, as it was known at another (null: as it is known now).
    /// </summary>
    /// <param name="ledger">One ledger, or <see cref="Ledgers.All"/>.</param>
    public async Task<Balance> BalanceAsync(
        WalletId wallet, LoyaltyProgram program, string ledger, DateTimeOffset asOf, DateTimeOffset? asKnownAt,
        CancellationToken cancel)
    {
        var loaded = await table.LoadAsync(wallet, cancel);
        var known = asKnownAt ?? DateTimeOffset.MaxValue;
        if (asOf >= loaded.State.RecordedAt && known >= loaded.State.RecordedAt)
            return Balance.Of(Settlement.At(wallet.ToString(), loaded.State, asOf), program, ledger, asOf);
        var entries = await ReadAllAsync(wallet, cancel);
        return Balance.Of(History.At(wallet.ToString(), entries, asOf, known), program, ledger, asOf);
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

    /// <summary>Recomputes chain and balances from the entries alone, and compares them with the head.</summary>
    public async Task<Verification> VerifyAsync(WalletId wallet, CancellationToken cancel)
    {
        var head = await table.LoadAsync(wallet, cancel);
        var texts = await table.ReadTextsAsync(wallet, 0, head.State.Seq, cancel);
        var verification = new Verification(wallet.ToString());
        await foreach (var entry in table.ReadEntriesAsync(wallet, 0, cancel))
            if (entry.Seq <= head.State.Seq) verification.Next(entry, texts.GetValueOrDefault(entry.Seq));
        verification.AgainstHead(head.State);
        return verification;
    }

    /// <summary>A timer's work on one due wallet: writes what is due, lists what comes next, and answers whether the
    /// due
    /// row has been dealt with. See <see cref="DueIndex"/> for the protocol.</summary>
    public async Task<bool> SettleAsync(DueItem item, CancellationToken cancel)
    {
        var id = WalletId.Parse(item.Subject);
        var settled = await Contention.RetryAsync<bool>(
            async c =>
            {
                var wallet = await SettleAsync(await table.LoadAsync(id, c), keepLast: true, c);
                var draft = NextDue(wallet);
                var next = draft.State.NextDueAt();
                if (next is not null && DueIndex.SlotOf(next.Value) == item.Slot) return false;
                await writer.CommitAsync(wallet, draft, new WriteExtras(Unlisted: item.Slot), c);
                return true;
            },
            cancel);
        return settled is { IsOk: true, Value: true };
    }

    /// <summary>Deletes the free text beside a customer's entries in every program.</summary>
    public async Task EraseTextsAsync(AppEnvironment environment, ProfileKey owner, CancellationToken cancel)
    {
        foreach (var program in await programs.ListAsync(environment, cancel))
            await table.EraseTextsAsync(WalletId.Of(environment, program.Name, owner), cancel);
    }

    private async Task<Result<LedgerAnswer>> WriteAsync(
        WalletId id, Change change, string? reason, string by, Func<LoyaltyProgram, Decision> decide,
        CancellationToken cancel)
    {
        if (await programs.FindAsync(id.Environment, id.Program, cancel) is not { } program)
            return Error.NotFound("program");
        var text = new EntryText(reason, by, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        var wasTried = false;
        return await Contention.RetryAsync<LedgerAnswer>(
            async c =>
            {
                var wallet = await table.LoadAsync(id, c);
                if (wasTried || wallet.Remembers(change))
                    if (await FindAnswerAsync(id, change, hit: !wasTried, c) is { } before) return before;
                var isFirst = !wasTried;
                wasTried = true;
                var result = await TryWriteAsync(wallet, change, text, decide(program), c);
                if (result is { IsOk: false } && isFirst) return await FindAnswerAsync(id, change, hit: true, c)
                    ?? result;
                return result;
            },
            cancel);
    }

    private async Task<Result<LedgerAnswer>?> TryWriteAsync(
        LoadedWallet wallet, Change change, EntryText text, Decision decide,
        CancellationToken cancel)
    {
        wallet = await SettleAsync(wallet, keepLast: false, cancel);
        var draft = Draft.On(wallet.Id.ToString(), wallet.State, clock.GetUtcNow());
        var decided = await decide(wallet, draft, Chain.TextDigest(text));
        if (!decided.Try(out var next, out var refusal)) return refusal;
        // Taken: the change's own row is there already, a repeat of a change older than the head remembers.
        var written = await writer.CommitUnlessTakenAsync(wallet, next, new WriteExtras(change, text), cancel);
        if (written is null) return await FindAnswerAsync(wallet.Id, change, hit: true, cancel);
        return new LedgerAnswer(next.Entries[^1], Hit: false);
    }

    private async Task<LoadedWallet> SettleAsync(LoadedWallet wallet, bool keepLast, CancellationToken cancel)
    {
        while (true)
        {
            var draft = NextDue(wallet);
            if (draft.Entries.IsEmpty
                || (keepLast && draft.Entries.Length < WalletWriter.EntriesMax(wallet))) return wallet;
            wallet = await writer.CommitAsync(wallet, draft, new WriteExtras(), cancel);
        }
    }

    private Draft NextDue(LoadedWallet wallet) => Settlement.Due(
        Draft.On(wallet.Id.ToString(), wallet.State, clock.GetUtcNow()), WalletWriter.EntriesMax(wallet));

    private async Task<Result<LedgerAnswer>?> FindAnswerAsync(
        WalletId wallet, Change change, bool hit, CancellationToken cancel)
    {
        if (await table.FindChangeAsync(wallet, change, cancel) is not var (bodyHash, entry)) return null;
        if (bodyHash != change.BodyHash) return LoyaltyErrors.KeyReused;
        return new LedgerAnswer(entry, hit);
    }

    private async Task<IReadOnlyList<Allocation>> ExpiredOfAsync(
        LoadedWallet wallet, Draft draft, TakeBack command, CancellationToken cancel)
    {
        var own = draft.State.Lots.Where(l => l.Origin == command.Earned).Sum(l => l.Remaining);
        var expired = draft.State.Totals.GetValueOrDefault(command.Ledger, LedgerTotals.None).Expired;
        if (own >= command.Points || expired == Points.Zero) return [];
        return History.ExpiredOf(command.Earned, await ReadAllAsync(wallet.Id, cancel));
    }

    private async Task<List<LedgerEntry>> ReadAllAsync(WalletId wallet, CancellationToken cancel)
    {
        var entries = new List<LedgerEntry>();
        await foreach (var entry in table.ReadEntriesAsync(wallet, 0, cancel)) entries.Add(entry);
        return entries;
    }
}
