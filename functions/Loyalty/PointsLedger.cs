using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty;

/// <summary>An entry as an answer.</summary>
/// <param name="Entry">The entry that the change made.</param>
/// <param name="Hit">True when the change had been made before and this is its first answer again.</param>
public sealed record LedgerAnswer(LedgerEntry Entry, bool Hit)
{
    /// <summary>The wallet that it lies in: not the one that was named when that was merged into another.</summary>
    public WalletId Wallet { get; init; }
}

/// <summary>
/// The ledger's door: every change of points by anybody goes through here. A change is one transaction under the
/// wallet's head; before it, what time has done up to now is written down. Adding and deducting cost 2 storage calls,
/// plus 1 for each mark (due slot, outbox, the day's anchor) that the head does not list yet; a repeat of one of the
/// last 64 changes 2, of an older one 3. To read, see <see cref="WalletReader"/>.
/// </summary>
public sealed class PointsLedger(
    WalletChanges changes, WalletTable table, WalletWriter writer, ProgramCatalog programs)
{
    /// <summary>Grants points. Fails with: program-inactive, subledgers-off, too-many-lots, too-many-ledgers, invalid,
    /// wallet-sealed, idempotency-key-reused, contention.</summary>
    public Task<Result<LedgerAnswer>> AddAsync(
        WalletId wallet, Grant grant, Change change, CancellationToken cancel) => changes.ApplyAsync(
        wallet, change,
        new WalletCommand(grant.By, grant.Reason, (draft, program, stamp, _) =>
            Task.FromResult(LedgerRules.Add(draft, grant, program, stamp)))
        {
            Session = grant.Session,
        },
        cancel);

    /// <summary>Spends active points. Fails with: program-inactive, insufficient-points, wallet-sealed,
    /// idempotency-key-reused, contention.</summary>
    public Task<Result<LedgerAnswer>> DeductAsync(
        WalletId wallet, Deduction deduction, Change change, CancellationToken cancel) => changes.ApplyAsync(
        wallet, change,
        new WalletCommand(deduction.By, deduction.Reason, (draft, program, stamp, _) =>
            Task.FromResult(LedgerRules.Deduct(draft, deduction, program, stamp)))
        {
            Session = deduction.Session,
        },
        cancel);

    /// <summary>Gives back what an origin has spent, to the lots that it came out of. Fails with: nothing-spent,
    /// too-many-lots, contention. Reads the whole history.</summary>
    public Task<Result<LedgerAnswer>> GiveBackAsync(
        WalletId wallet, GiveBack command, Change change, CancellationToken cancel) => changes.ApplyAsync(
        wallet, change,
        new WalletCommand(command.By, command.Reason, async (draft, _, stamp, c) =>
            GivingBack.Of(draft, await table.ReadPastAsync(draft.Wallet, draft.Absorbed, c), command, stamp))
        {
            PassesSeal = true,
        },
        cancel);

    /// <summary>Takes back what an origin has earned, as far as the program's return policy goes.
    /// Fails with: contention.</summary>
    public Task<Result<LedgerAnswer>> TakeBackAsync(
        WalletId wallet, TakeBack command, Change change, CancellationToken cancel) => changes.ApplyAsync(
        wallet, change,
        new WalletCommand(command.By, command.Reason, async (draft, program, stamp, c) =>
        {
            var past = NeedsHistory(draft, command)
                ? OriginHistory.Of(
                    command.Earned, command.Ledger,
                    (await table.ReadPastAsync(draft.Wallet, draft.Absorbed, c)).Entries)
                : null;
            return Returns.TakeBack(draft, command, program, past, stamp);
        })
        {
            PassesSeal = true,
        },
        cancel);

    /// <summary>Undoes one entry. Fails with: not-found, not-reversible, already-reversed, insufficient-points,
    /// idempotency-key-reused, contention. Reads the whole history.</summary>
    public Task<Result<LedgerAnswer>> UndoAsync(
        WalletId wallet, Undoing undoing, Change change, CancellationToken cancel) => changes.ApplyAsync(
        wallet, change,
        new WalletCommand(undoing.By, undoing.Reason, async (draft, program, stamp, c) =>
            Returns.Undo(
                draft, await table.ReadPastAsync(draft.Wallet, draft.Absorbed, c), undoing, program, stamp))
        {
            PassesSeal = true,
        },
        cancel);

    /// <summary>Activates points that wait for an action. Fails with: nothing-awaits, wallet-sealed,
    /// idempotency-key-reused, contention.</summary>
    public Task<Result<LedgerAnswer>> ActivateAsync(
        WalletId wallet, Activation activation, Change change, CancellationToken cancel) => changes.ApplyAsync(
        wallet, change,
        new WalletCommand(activation.By, activation.Reason, (draft, program, stamp, _) =>
            Task.FromResult(Moves.Activate(draft, activation, program, stamp))),
        cancel);

    /// <summary>Gives points a later expiry. Fails with: nothing-to-extend, wallet-sealed, idempotency-key-reused,
    /// contention.</summary>
    public Task<Result<LedgerAnswer>> ExtendAsync(
        WalletId wallet, Extension extension, Change change, CancellationToken cancel) => changes.ApplyAsync(
        wallet, change,
        new WalletCommand(extension.By, extension.Reason, (draft, program, stamp, _) =>
            Task.FromResult(Moves.Extend(draft, extension, program, stamp))),
        cancel);

    /// <summary>Stops all earning and spending in a wallet, or allows it again. What time does, and points that come
    /// back, go on. Fails with: contention.</summary>
    /// <param name="wallet">The wallet.</param>
    /// <param name="seal">Why, as refusals say it: <c>blocked</c>; null to open the wallet.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<Error?> SealAsync(WalletId wallet, string? seal, CancellationToken cancel) => changes.RewriteAsync(
        wallet, loaded => loaded.Seal == seal ? null : new WriteExtras { Seal = seal ?? "" }, cancel);

    /// <summary>A timer's work on one due wallet: writes what is due, tells of points that will expire soon, lists what
    /// comes next, and answers whether the due row has been dealt with. See <see cref="DueIndex"/> for the
    /// protocol.</summary>
    public async Task<bool> SettleAsync(DueItem item, CancellationToken cancel)
    {
        var id = WalletId.Parse(item.Subject);
        if (await programs.FindAsync(id.Environment, id.Program, cancel) is not { } program) return false;
        var settled = await Contention.RetryAsync<bool>(
            async c =>
            {
                var wallet = await changes.SettleAsync(await table.LoadAsync(id, c), program, keepLast: true, c);
                var draft = changes.NextDue(wallet, program);
                var extras = new WriteExtras(Unlisted: item.Slot)
                {
                    Notices = WalletWriter.NoticesOf(wallet, draft, program),
                };
                if (WalletWriter.NextDueAt(draft, extras.Told(wallet), program) is { } next
                    && DueIndex.SlotOf(next) == item.Slot) return false;
                await writer.CommitAsync(wallet, draft, program, extras, c);
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

    // The wallet alone does not know what of an origin has expired or was undone, or was spent before a merge; it is
    // enough when nothing was undone and the origin's open points cover what is asked.
    private static bool NeedsHistory(Draft draft, TakeBack command)
    {
        var state = draft.State;
        var own = state.Lots.Where(l => l.Ledger == command.Ledger && l.Origin == command.Earned)
            .Sum(l => l.Remaining);
        var totals = state.Totals.GetValueOrDefault(command.Ledger, LedgerTotals.None);
        return totals.Undone > Points.Zero
            || (own < command.Points && (totals.Expired > Points.Zero || !draft.Absorbed.IsEmpty));
    }
}
