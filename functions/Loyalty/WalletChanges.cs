using System.Security.Cryptography;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty;

/// <summary>What a change does to a wallet.</summary>
/// <param name="By">Who says so.</param>
/// <param name="Reason">Why, in somebody's words.</param>
/// <param name="Decide">Drafts the entries.</param>
public sealed record WalletCommand(string By, string? Reason, WalletDecision Decide)
{
    /// <summary>The id of a session, as the caller gave it.</summary>
    public string? Session { get; init; }

    /// <summary>True for what goes on though nothing may be earned or spent: points that come back or arrive.</summary>
    public bool PassesSeal { get; init; }

    /// <summary>True for what concerns this very wallet, though it was merged into another: the merge itself.</summary>
    public bool StaysHere { get; init; }

    /// <summary>What must be finished in another wallet, written with the entries; null for nothing.</summary>
    public Func<WalletState, Draft, TransferIntent>? Intent { get; init; }
}

/// <summary>Decides over a wallet that is settled up to now.</summary>
public delegate Task<Result<Draft>> WalletDecision(
    Draft draft, LoyaltyProgram program, Stamp stamp, CancellationToken cancel);

/// <summary>Carries a change of one wallet out exactly once: settles, decides, commits, and after a lost race or answer
/// looks for what it did before. What names a wallet that was merged into another is done there, unless it was done
/// here before.</summary>
public sealed class WalletChanges(
    WalletTable table, WalletWriter writer, ProgramCatalog programs, ProfileDirectory profiles, TimeProvider clock)
{
    private const int SaltBytes = 32;

    /// <summary>Makes the change. Fails with what the command fails with, wallet-sealed, not-found (no such program),
    /// idempotency-key-reused, contention.</summary>
    public async Task<Result<LedgerAnswer>> ApplyAsync(
        WalletId id, Change change, WalletCommand command, CancellationToken cancel)
    {
        if (await programs.FindAsync(id.Environment, id.Program, cancel) is not { } program)
            return Error.NotFound("program");
        var salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes));
        var text = new EntryText(command.Reason, command.By, command.Session, salt);
        var wasTried = false;
        WalletId? heir = null;
        var answer = await Contention.RetryAsync<LedgerAnswer>(
            async c =>
            {
                var wallet = await table.LoadAsync(id, c);
                if (!command.StaysHere) heir = await HeirAsync(wallet, program, c);
                if (wasTried || heir is not null || wallet.Remembers(change))
                    if (await FindAnswerAsync(id, change, hit: !wasTried, c) is { } before) return before;
                if (heir is not null) return Error.Contention;
                var isFirst = !wasTried;
                wasTried = true;
                var result = await TryAsync(wallet, program, change, command, text, c);
                if (result is { IsOk: false } && isFirst) return await FindAnswerAsync(id, change, hit: true, c)
                    ?? result;
                return result;
            },
            cancel);
        return answer.IsOk || heir is null ? answer : await ApplyAsync(heir.Value, change, command, cancel);
    }

    /// <summary>Why points cannot come into a ledger of a wallet, or null. At most 1 call.</summary>
    public async Task<Error?> RefusalAsync(WalletId id, string ledger, CancellationToken cancel)
    {
        if (await programs.FindAsync(id.Environment, id.Program, cancel) is not { } program)
            return Error.NotFound("program");
        var wallet = await table.LoadAsync(id, cancel);
        if (await HeirAsync(wallet, program, cancel) is { } heir) return await RefusalAsync(heir, ledger, cancel);
        if (wallet.Seal is { } seal) return LoyaltyErrors.Sealed(seal);
        if (wallet.State.Lots.Length + Moves.LotsMax > LedgerRules.LotsMax) return LoyaltyErrors.TooManyLots;
        return LedgerRules.Refusal(wallet.State, ledger, program);
    }

    /// <summary>Makes writers fail that have read the wallet but not written yet. Fails with: contention.</summary>
    public async Task<Error?> FenceAsync(WalletId id, CancellationToken cancel) =>
        await RewriteAsync(id, _ => new WriteExtras(), cancel);

    /// <summary>Writes the head anew without any entry; nothing when there is nothing to write. Fails with: not-found
    /// (no such program), contention.</summary>
    public async Task<Error?> RewriteAsync(
        WalletId id, Func<LoadedWallet, WriteExtras?> extrasOf, CancellationToken cancel)
    {
        if (await programs.FindAsync(id.Environment, id.Program, cancel) is not { } program)
            return Error.NotFound("program");
        var done = await Contention.RetryAsync<bool>(
            async c =>
            {
                var wallet = await table.LoadAsync(id, c);
                if (extrasOf(wallet) is { } extras)
                    await writer.CommitAsync(wallet, Begin(wallet, program), program, extras, c);
                return true;
            },
            cancel);
        return done.Error;
    }

    /// <summary>Writes what time alone has done, up to now.</summary>
    /// <param name="wallet">The wallet.</param>
    /// <param name="program">Its program.</param>
    /// <param name="keepLast">Leaves what fits one more transaction to the caller.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<LoadedWallet> SettleAsync(
        LoadedWallet wallet, LoyaltyProgram program, bool keepLast, CancellationToken cancel)
    {
        while (true)
        {
            var draft = NextDue(wallet, program);
            if (draft.Entries.IsEmpty
                || (keepLast && draft.Entries.Length < WalletWriter.EntriesMax(wallet))) return wallet;
            wallet = await writer.CommitAsync(wallet, draft, program, new WriteExtras(), cancel)
                ?? await table.LoadAsync(wallet.Id, cancel);
        }
    }

    /// <summary>What is due now and fits one transaction.</summary>
    public Draft NextDue(LoadedWallet wallet, LoyaltyProgram program) =>
        Settlement.Due(Begin(wallet, program), WalletWriter.EntriesMax(wallet));

    /// <summary>An empty draft on a wallet, now.</summary>
    public Draft Begin(LoadedWallet wallet, LoyaltyProgram program) => Draft.On(
        wallet.Id.ToString(), wallet.State, wallet.MergedInto is null ? program.Tiers : TierPolicy.None,
        clock.GetUtcNow()) with
    {
        Absorbed = wallet.Absorbed,
    };

    // A merge closes the owner's wallets in all programs that there are. In a program that came later the profile alone
    // knows of it.
    private async Task<WalletId?> HeirAsync(LoadedWallet wallet, LoyaltyProgram program, CancellationToken cancel)
    {
        if (wallet.MergedInto is { } owner) return wallet.Id with { Owner = owner };
        if (wallet.Head is not null || program.Kind != ProgramKind.Profile) return null;
        var key = ProfileKey.Parse(wallet.Id.Owner);
        if (program.CreatedAt <= key.MadeAt) return null;
        return await profiles.FindAsync(wallet.Id.Environment, key, cancel) is { } found && found.Key != key
            ? WalletId.Of(wallet.Id.Environment, wallet.Id.Program, found.Key)
            : null;
    }

    private async Task<Result<LedgerAnswer>?> TryAsync(
        LoadedWallet wallet, LoyaltyProgram program, Change change, WalletCommand command, EntryText text,
        CancellationToken cancel)
    {
        wallet = await SettleAsync(wallet, program, keepLast: false, cancel);
        if (wallet.Seal is { } seal && !command.PassesSeal) return LoyaltyErrors.Sealed(seal);
        var stamp = new Stamp(change.Id, Chain.TextDigest(text));
        var decided = await command.Decide(Begin(wallet, program), program, stamp, cancel);
        if (!decided.Try(out var next, out var refusal)) return refusal;
        // Taken: the change's own row is there already, a repeat of a change older than the head remembers.
        var extras = new WriteExtras(change, text) { Intent = command.Intent?.Invoke(wallet.State, next) };
        if (!await writer.CommitUnlessTakenAsync(wallet, next, program, extras, cancel))
            return await FindAnswerAsync(wallet.Id, change, hit: true, cancel);
        return new LedgerAnswer(WriteExtras.AnswerOf(next, change), Hit: false) { Wallet = wallet.Id };
    }

    private async Task<Result<LedgerAnswer>?> FindAnswerAsync(
        WalletId wallet, Change change, bool hit, CancellationToken cancel)
    {
        if (await table.FindChangeAsync(wallet, change, cancel) is not var (bodyHash, entry)) return null;
        if (bodyHash != change.BodyHash) return LoyaltyErrors.KeyReused;
        return new LedgerAnswer(entry, hit) { Wallet = wallet };
    }
}
