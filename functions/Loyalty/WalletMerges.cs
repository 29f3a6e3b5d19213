using System.Globalization;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty;

/// <summary>
/// Merges one customer's wallets into another's, program by program. First the wallet is closed: whoever writes to it
/// writes to the other from then on. Then what it owes is paid by the other, then everything in it moves there, active
/// or not, with start, expiry and lot, in batches that are transfers like any other. At last the other notes where the
/// customer stood. Past entries stay where they are. Every step may be run again: what is left tells what is to do.
/// </summary>
public sealed class WalletMerges(
    WalletChanges changes, WalletTable table, PointsTransfers transfers, ProgramCatalog programs) : IMoves
{
    private const string By = "merge";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ReasonsAgainstAsync(
        AppEnvironment environment, ProfileKey from, ProfileKey into, CancellationToken cancel)
    {
        var reasons = new List<string>();
        foreach (var program in await ProgramsAsync(environment, cancel))
        {
            var a = (await table.LoadAsync(WalletId.Of(environment, program.Name, from), cancel)).State;
            var b = (await table.LoadAsync(WalletId.Of(environment, program.Name, into), cancel)).State;
            if (a.Lots.Length + b.Lots.Length > LedgerRules.LotsMax)
                reasons.Add($"There would be over {LedgerRules.LotsMax} open lots in program '{program.Name}'.");
            if (a.Totals.Keys.Union(b.Totals.Keys).Count() > LedgerRules.LedgersMax)
                reasons.Add($"There would be over {LedgerRules.LedgersMax} ledgers in program '{program.Name}'.");
        }

        return reasons;
    }

    /// <inheritdoc/>
    public async Task<Error?> MoveAsync(
        AppEnvironment environment, ProfileKey from, ProfileKey into, CancellationToken cancel)
    {
        foreach (var program in await ProgramsAsync(environment, cancel))
        {
            var (a, b) = (WalletId.Of(environment, program.Name, from), WalletId.Of(environment, program.Name, into));
            if (await MoveAsync(a, b, cancel) is { } error) return error;
        }

        return null;
    }

    private async Task<IEnumerable<LoyaltyProgram>> ProgramsAsync(
        AppEnvironment environment, CancellationToken cancel) =>
        (await programs.ListAsync(environment, cancel)).Where(p => p.Kind == ProgramKind.Profile);

    private async Task<Error?> MoveAsync(WalletId from, WalletId into, CancellationToken cancel)
    {
        // A wallet without entries is closed as well: nobody may begin to write to it now.
        if (await changes.RewriteAsync(
            from, w => w.MergedInto is null ? new WriteExtras { MergedInto = into.Owner } : null, cancel) is { } failed)
            return failed;
        var wallet = await table.LoadAsync(from, cancel);
        if (wallet.State.Seq == 0 && wallet.Absorbed.IsEmpty) return null;
        string[] absorbs = [.. wallet.Absorbed, from.Owner];
        if (await changes.RewriteAsync(
            into, w => absorbs.All(w.Absorbed.Contains) ? null : new WriteExtras { Absorbs = absorbs }, cancel)
            is { } refused) return refused;
        return await PayAsync(from, into, cancel) ?? await EmptyAsync(from, into, cancel)
            ?? await EndAsync(from, into, cancel);
    }

    private async Task<Error?> PayAsync(WalletId from, WalletId into, CancellationToken cancel)
    {
        while (true)
        {
            foreach (var intent in await table.ReadIntentsAsync(into, cancel))
                if (intent.To == from.ToString() && intent.StaysThere
                    && await transfers.FinishAsync(into, intent.Id, cancel) is { } unfinished) return unfinished;
            var state = (await table.LoadAsync(from, cancel)).State;
            if (state.Debts.IsEmpty) return null;
            var ledger = state.Debts[0].Ledger;
            var owed = state.Debts.Where(d => d.Ledger == ledger).Sum(d => d.Remaining);
            var change = StepOf(from, into, "pay", state.Seq);
            var id = change.Id[..32];
            var paying = new WalletCommand(By, null, (draft, _, stamp, _) => Task.FromResult<Result<Draft>>(
                Moves.Shoulder(draft, ledger, owed, new TransferLink(id, from.ToString(), ledger), stamp)))
            {
                PassesSeal = true,
                Intent = (before, draft) => IntentOf(id, from, before, draft) with { StaysThere = true },
            };
            if ((await changes.ApplyAsync(into, change, paying, cancel)).Error is { } error) return error;
        }
    }

    private async Task<Error?> EmptyAsync(WalletId from, WalletId into, CancellationToken cancel)
    {
        while (true)
        {
            foreach (var intent in await table.ReadIntentsAsync(from, cancel))
                if (await transfers.FinishAsync(from, intent.Id, cancel) is { } unfinished) return unfinished;
            var state = (await table.LoadAsync(from, cancel)).State;
            if (state.Lots.IsEmpty) return null;
            var change = StepOf(from, into, "move", state.Seq);
            var id = change.Id[..32];
            var leaving = new WalletCommand(By, null, (draft, _, stamp, _) => Task.FromResult<Result<Draft>>(
                Moves.OutAll(draft, ledger => new TransferLink(id, into.ToString(), ledger), stamp)
                ?? (Result<Draft>)Error.Contention))
            {
                PassesSeal = true,
                StaysHere = true,
                Intent = (before, draft) => IntentOf(id, into, before, draft),
            };
            var left = await changes.ApplyAsync(from, change, leaving, cancel);
            if (left.Error is { } error && !await IsEmptyAsync(from, cancel)) return error;
        }
    }

    private async Task<Error?> EndAsync(WalletId from, WalletId into, CancellationToken cancel)
    {
        var stood = (await table.LoadAsync(from, cancel)).State.Standing;
        var link = new TransferLink(StepOf(from, into, "end", 0).Id[..32], from.ToString(), Ledgers.Main);
        var ending = new WalletCommand(By, null, (draft, _, stamp, _) => Task.FromResult<Result<Draft>>(
            Moves.EndMerge(draft, link, stood, stamp)))
        {
            PassesSeal = true,
        };
        return (await changes.ApplyAsync(into, StepOf(from, into, "end", 0), ending, cancel)).Error;
    }

    // What was due may have ended the last points just before they would have moved.
    private async Task<bool> IsEmptyAsync(WalletId wallet, CancellationToken cancel) =>
        (await table.LoadAsync(wallet, cancel)).State.Lots.IsEmpty;

    private static TransferIntent IntentOf(string id, WalletId to, WalletState before, Draft draft)
    {
        var moved = draft.Entries[^1];
        return new TransferIntent(
            id, to.ToString(), moved.Ledger, moved.Ledger, Moves.Luggage(before, moved), moved.EffectiveAt);
    }

    // The number of entries tells one batch from the next: each adds one.
    private static Change StepOf(WalletId from, WalletId into, string step, long seq) => Change.Of(
        "merge", from.ToString(), into.ToString(), step, seq.ToString(CultureInfo.InvariantCulture));
}
