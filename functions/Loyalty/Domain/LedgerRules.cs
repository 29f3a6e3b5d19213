using System.Collections.Immutable;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Names of ledgers.</summary>
public static class Ledgers
{
    /// <summary>The main ledger.</summary>
    public const string Main = "main";

    /// <summary>All ledgers, in queries.</summary>
    public const string All = "all";
}

/// <summary>What stamps an entry beside what it does.</summary>
/// <param name="Change">The id of the change that it belongs to.</param>
/// <param name="TextDigest">Of the text beside it; null when there is none.</param>
public sealed record Stamp(string Change, string? TextDigest);

/// <summary>Granting and spending: pure, over a wallet that is settled up to now.</summary>
public static class LedgerRules
{
    /// <summary>Open lots in one wallet. Spending across all of them must fit one transaction: at about 45 bytes an
    /// allocation and 150 a lot, 10,000 make 2 MiB of the 3.5 that are allowed.</summary>
    public const int LotsMax = 10_000;

    /// <summary>Grants points as one lot. Fails with: program-inactive, invalid (expiry not after start),
    /// subledgers-off, too-many-lots.
    /// </summary>
    public static Result<Draft> Add(Draft draft, Grant grant, LoyaltyProgram program, Stamp stamp)
    {
        if (Refusal(draft.State, grant.Ledger, program) is { } refusal) return refusal;
        if (draft.State.Lots.Length >= LotsMax) return LoyaltyErrors.TooManyLots;
        var effectiveAt = grant.EffectiveAt is { } at && at < draft.Now ? at : draft.Now;
        var start = (grant.Start ?? program.DefaultStart).From(effectiveAt, program.Zone);
        var expires = grant.Expiry ?? program.DefaultExpiry;
        var expiry = start is null ? expires.At : expires.From(start.Value, program.Zone);
        if (expiry <= (start ?? effectiveAt)) return Error.Invalid("/expiry", "It must lie after the start.");

        var entry = Draft.Entry(EntryKind.Added, grant.Ledger, grant.Points, effectiveAt).Stamped(stamp) with
        {
            Lot = draft.NextId,
            ActiveAt = start,
            ExpiresAt = expiry,
            ExpiryRule = start is null && expiry is null ? expires.ToString() : null,
            Origin = grant.Origin,
            Rule = grant.Rule,
        };
        return draft.With(entry with { Allocations = DebtsPaidBy(draft.State, entry) });
    }

    /// <summary>Spends active points. A correction may leave a negative balance where the program allows that.
    /// Fails with: program-inactive, insufficient-points, subledgers-off, too-many-ledgers, too-many-debts, leaving
    /// everything as it is.</summary>
    public static Result<Draft> Deduct(Draft draft, Deduction deduction, LoyaltyProgram program, Stamp stamp)
    {
        if (program.State != ProgramState.Active) return LoyaltyErrors.ProgramInactive;
        var ledger = deduction.Ledger;
        var (allocations, missing) = Spending.Take(Spending.Active(draft.State, ledger), deduction.Points);
        if (missing > Points.Zero && !(deduction.IsCorrection && program.AllowNegative))
            return LoyaltyErrors.InsufficientPoints(draft.State.BalanceOf(ledger), ledger);
        if (missing > Points.Zero && Refusal(draft.State, ledger, program) is { } refusal) return refusal;
        if (missing > Points.Zero && draft.State.Debts.Length >= DebtsMax) return LoyaltyErrors.TooManyDebts;
        return draft.With(Draft.Entry(EntryKind.Deducted, ledger, deduction.Points, draft.Now).Stamped(stamp) with
        {
            Allocations = [.. allocations, .. Spending.Owe(missing, draft.NextId)],
            Origin = deduction.Origin,
        });
    }

    /// <summary>The entry with the change and the text that it belongs to.</summary>
    public static LedgerEntry Stamped(this LedgerEntry entry, Stamp stamp) =>
        entry with { ChangeId = stamp.Change, TextDigest = stamp.TextDigest };

    /// <summary>Why points cannot come into a ledger, or null.</summary>
    public static Error? Refusal(WalletState state, string ledger, LoyaltyProgram program)
    {
        if (program.State != ProgramState.Active) return LoyaltyErrors.ProgramInactive;
        if (ledger == Ledgers.Main) return null;
        if (!program.Subledgers) return LoyaltyErrors.SubledgersOff;
        var isNew = !state.Totals.ContainsKey(ledger);
        return isNew && state.Totals.Count >= LedgersMax ? LoyaltyErrors.TooManyLedgers : null;
    }

    /// <summary>Debts that corrections may leave in one wallet: they lie in its head.</summary>
    public const int DebtsMax = 1_000;

    /// <summary>Ledgers of one wallet: their totals lie in its head.</summary>
    public const int LedgersMax = 100;

    private static ImmutableArray<Allocation> DebtsPaidBy(WalletState state, LedgerEntry entry)
    {
        if (!state.Debts.Any(d => d.Ledger == entry.Ledger)) return [];
        var lot = Fold.Apply(state, entry).Lots[^1];
        return lot.IsActive ? Spending.PayDebts(state, entry.Ledger, [lot]) : [];
    }
}
