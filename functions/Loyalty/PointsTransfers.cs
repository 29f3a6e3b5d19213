using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty;

/// <summary>
/// Moves points between wallets: both sides or neither. What leaves is written together with an intent, under a mark in
/// the due index; what arrives is named by the transfer, so that the same request again or the sweeper may finish it,
/// and counts from the instant at which it left. Once points have left, nothing refuses them.
/// </summary>
public sealed class PointsTransfers(WalletChanges changes, WalletTable table)
{
    /// <summary>Moves active points. Answers the entry of the wallet that gives. Fails with: invalid (same place),
    /// program-inactive, subledgers-off, too-many-ledgers, wallet-sealed, insufficient-points, too-many-lots,
    /// idempotency-key-reused, contention.</summary>
    public async Task<Result<LedgerAnswer>> MoveAsync(
        WalletId from, Transfer transfer, Change change, CancellationToken cancel)
    {
        if (transfer.To == from)
            return transfer.ToLedger == transfer.Ledger
                ? LoyaltyErrors.SamePlace
                : await MoveWithinAsync(from, transfer, change, cancel);
        // Asked before anything leaves: afterwards it must arrive.
        if (await changes.RefusalAsync(transfer.To, transfer.ToLedger, cancel) is { } refusal
            && await table.FindChangeAsync(from, change, cancel) is null) return refusal;
        var id = IdOf(from, change);
        var given = await changes.ApplyAsync(from, change, Leaving(from, transfer, id), cancel);
        if (!given.IsOk) return given;
        return await FinishAsync(given.Value!.Wallet, id, cancel) is { } unfinished ? unfinished : given;
    }

    /// <summary>A timer's work on a transfer that may be half done; true when its mark can go.</summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var cut = item.Subject.LastIndexOf('/');
        var from = WalletId.Parse(item.Subject[..cut]);
        // A writer that marked before this run but has not written yet must fail, and so mark again; what it has
        // written by now is found.
        if (await changes.FenceAsync(from, cancel) is not null) return false;
        return await FinishAsync(from, item.Subject[(cut + 1)..], cancel) is null;
    }

    private static string IdOf(WalletId from, Change change) => Hash.Hex("transfer", from.ToString(), change.Id)[..32];

    private static WalletCommand Leaving(WalletId from, Transfer transfer, string id)
    {
        var link = new TransferLink(id, transfer.To.ToString(), transfer.ToLedger);
        return new WalletCommand(transfer.By, transfer.Reason, (draft, program, stamp, _) =>
            Task.FromResult(Moves.Out(draft, transfer, link, program, stamp)))
        {
            Intent = (before, draft) => new TransferIntent(
                id, transfer.To.ToString(), transfer.ToLedger, transfer.Ledger,
                Moves.Luggage(before, draft.Entries[^1]), draft.Entries[^1].EffectiveAt),
        };
    }

    // One wallet, one transaction: nothing can be left half done.
    private Task<Result<LedgerAnswer>> MoveWithinAsync(
        WalletId wallet, Transfer transfer, Change change, CancellationToken cancel)
    {
        var id = IdOf(wallet, change);
        return changes.ApplyAsync(
            wallet, change,
            new WalletCommand(transfer.By, transfer.Reason, (draft, program, stamp, _) => Task.FromResult(
                LedgerRules.Refusal(draft.State, transfer.ToLedger, program) is { } refusal
                    ? refusal
                    : Moves.Out(
                        draft, transfer, new TransferLink(id, draft.Wallet, transfer.ToLedger), program, stamp)
                        .Map(left => Moves.In(
                            left, transfer.ToLedger, Moves.Luggage(draft.State, left.Entries[^1]),
                            new TransferLink(id, draft.Wallet, transfer.Ledger), draft.Now,
                            stamp with { TextDigest = null })))),
            cancel);
    }

    /// <summary>Lets points arrive that have left a wallet; nothing when they have. Fails with: contention.</summary>
    internal async Task<Error?> FinishAsync(WalletId from, string id, CancellationToken cancel)
    {
        if (await table.FindIntentAsync(from, id, cancel) is not { } intent) return null;
        var link = new TransferLink(id, from.ToString(), intent.FromLedger);
        var arriving = new WalletCommand("transfer", null, (draft, _, stamp, _) => Task.FromResult<Result<Draft>>(
            Moves.In(draft, intent.ToLedger, intent.Luggage, link, intent.At, stamp)))
        {
            PassesSeal = true,
            StaysHere = intent.StaysThere,
        };
        var arrived = await changes.ApplyAsync(WalletId.Parse(intent.To), Change.Of("transfer", id), arriving, cancel);
        if (arrived.Error is { } error) return error;
        await table.EndIntentAsync(from, id, cancel);
        return null;
    }
}
