using System.Collections.Immutable;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Points to be granted.</summary>
/// <param name="Points">How many; more than none.</param>
/// <param name="Origin">What earned them.</param>
/// <param name="By">Who says so: <c>application:shop</c>.</param>
public sealed record Grant(Points Points, Origin Origin, string By)
{
    /// <summary>The ledger; a new subledger comes into being by its first points.</summary>
    public string Ledger { get; init; } = Ledgers.Main;

    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>When the points count from, when that is in the past (a payment linked late); null for now.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>When they become active; null for the program's default.</summary>
    public StartRule? Start { get; init; }

    /// <summary>When they expire; null for the program's default.</summary>
    public ExpiryRule? Expiry { get; init; }
}

/// <summary>Points to be spent.</summary>
public sealed record Deduction(Points Points, Origin Origin, string By)
{
    /// <summary>The ledger.</summary>
    public string Ledger { get; init; } = Ledgers.Main;

    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }
}

/// <summary>Points that an origin has earned, to be taken back.</summary>
/// <param name="Points">How many, at most what that origin has earned.</param>
/// <param name="Earned">The origin whose points they were.</param>
/// <param name="By">Who says so.</param>
public sealed record TakeBack(Points Points, Origin Earned, string By)
{
    /// <summary>The ledger.</summary>
    public string Ledger { get; init; } = Ledgers.Main;

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary>Names of ledgers.</summary>
public static class Ledgers
{
    /// <summary>The main ledger.</summary>
    public const string Main = "main";

    /// <summary>All ledgers, in queries.</summary>
    public const string All = "all";
}

/// <summary>The decisions of the ledger: pure, over a wallet that is settled up to now.</summary>
public static class LedgerRules
{
    /// <summary>Open lots in one wallet. Spending across all of them must fit one transaction: at about 45 bytes an
    /// allocation and 150 a lot, 10,000 make 2 MiB of the 3.5 that are allowed.</summary>
    public const int LotsMax = 10_000;

    /// <summary>Grants points as one lot. Fails with: program-inactive, invalid (expiry not after start),
    /// subledgers-off, too-many-lots.
    /// </summary>
    public static Result<Draft> Add(Draft draft, Grant grant, LoyaltyProgram program, string change, string? textDigest)
    {
        if (program.State != ProgramState.Active) return LoyaltyErrors.ProgramInactive;
        if (grant.Ledger != Ledgers.Main && !program.Subledgers) return LoyaltyErrors.SubledgersOff;
        if (draft.State.Lots.Length >= LotsMax) return LoyaltyErrors.TooManyLots;
        var effectiveAt = Effective(grant, draft.Now);
        var start = (grant.Start ?? program.DefaultStart).From(effectiveAt, program.Zone);
        var expiry = (grant.Expiry ?? program.DefaultExpiry).From(start, program.Zone);
        if (expiry <= start) return Error.Invalid("/expiry", "It must lie after the start.");

        var entry = Draft.Entry(EntryKind.Added, grant.Ledger, grant.Points, effectiveAt) with
        {
            Lot = draft.NextId,
            ActiveAt = start,
            ExpiresAt = expiry,
            Origin = grant.Origin,
            ChangeId = change,
            TextDigest = textDigest,
        };
        return draft.With(entry with { Allocations = DebtsPaidBy(draft.State, entry) });
    }

    /// <summary>Spends active points. Fails with: program-inactive, insufficient-points, leaving
    /// everything as it is.</summary>
    public static Result<Draft> Deduct(
        Draft draft, Deduction deduction, LoyaltyProgram program, string change, string? textDigest)
    {
        if (program.State != ProgramState.Active) return LoyaltyErrors.ProgramInactive;
        var active = Spending.InOrder(
            draft.State.Lots.Where(l => l.IsActive && l.Ledger == deduction.Ledger));
        var (allocations, missing) = Spending.Take(active, deduction.Points);
        if (missing > Points.Zero)
            return LoyaltyErrors.InsufficientPoints(draft.State.BalanceOf(deduction.Ledger), deduction.Ledger);
        return draft.With(Draft.Entry(EntryKind.Deducted, deduction.Ledger, deduction.Points, draft.Now) with
        {
            Allocations = allocations,
            Origin = deduction.Origin,
            ChangeId = change,
            TextDigest = textDigest,
        });
    }

    /// <summary>
    /// Takes back what an origin has earned: its own pending points first, then, as the program's return policy allows,
    /// its own active ones, others' active ones, and at last a negative balance. Points of the origin that have expired
    /// meanwhile are gone already and count as taken. What the policy does not allow is neither taken nor owed.
    /// </summary>
    /// <param name="expired">Lots of the origin that expired, with what was not yet counted as taken.</param>
    public static Draft TakeBack(
        Draft draft, TakeBack command, LoyaltyProgram program, IReadOnlyList<Allocation> expired, string change,
        string? textDigest)
    {
        var policy = program.ReturnPolicy;
        var lots = draft.State.Lots.Where(l => l.Ledger == command.Ledger).ToList();
        var own = Own(lots, command.Earned, policy);
        var (taken, missing) = Spending.Take(own, command.Points);
        var gone = Gone(expired, ref missing);
        var others = policy == ReturnPolicy.OnlyPending ? []
            : lots.Where(l => l.IsActive && l.Origin != command.Earned);
        var (more, lacking) = Spending.Take(Spending.InOrder(others), missing);
        var owed = policy == ReturnPolicy.Unlimited ? lacking : Points.Zero;
        var points = command.Points - gone.Sum(g => g.Points) - lacking + owed;
        return draft.With(Draft.Entry(EntryKind.Reversed, command.Ledger, points, draft.Now) with
        {
            Allocations =
            [
                .. taken, .. gone, .. more,
                .. owed > Points.Zero ? [new Allocation("", owed, draft.NextId)] : Array.Empty<Allocation>(),
            ],
            Origin = command.Earned,
            ChangeId = change,
            TextDigest = textDigest,
        });
    }

    private static IEnumerable<Lot> Own(List<Lot> lots, Origin origin, ReturnPolicy policy)
    {
        var own = lots.Where(l => l.Origin == origin).ToList();
        var pending = Spending.InOrder(own.Where(l => !l.IsActive));
        return policy == ReturnPolicy.OnlyPending ? pending
            : pending.Concat(Spending.InOrder(own.Where(l => l.IsActive)));
    }

    private static List<Allocation> Gone(IEnumerable<Allocation> expired, ref Points missing)
    {
        var gone = new List<Allocation>();
        foreach (var lot in expired)
        {
            var part = Points.Min(lot.Points, missing);
            if (part > Points.Zero) gone.Add(new Allocation(lot.Lot, part, Allocation.Expired));
            missing -= part;
        }

        return gone;
    }

    private static DateTimeOffset Effective(Grant grant, DateTimeOffset now) =>
        grant.EffectiveAt is { } at && at < now ? at : now;

    private static ImmutableArray<Allocation> DebtsPaidBy(WalletState state, LedgerEntry entry)
    {
        var lot = Fold.Apply(state, entry).Lots[^1];
        return lot.IsActive ? Spending.PayDebts(state, entry.Ledger, [lot]) : [];
    }
}
