using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>Builds programs and wallets that read as words.</summary>
internal static class Wallets
{
    public const string Name = "live|stars|owner";

    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static LoyaltyProgram Program(ReturnPolicy policy = ReturnPolicy.Unlimited) => new()
    {
        Name = "stars",
        Title = "Stars",
        TimeZone = "Europe/Berlin",
        Subledgers = true,
        Earn = new EarnRule(1, EarnRounding.Down),
        ReturnPolicy = policy,
        Tiers = TierPolicy.None with
        {
            Tiers =
            [new Tier("Silver", Points.From(100)), new Tier("Gold", Points.From(500))]
        },
    };

    public static Draft Empty(DateTimeOffset? now = null) =>
        Draft.On(Name, WalletState.Empty, Program().Tiers, now ?? Noon);

    /// <summary>The wallet later, with what time has done to it written down.</summary>
    public static Draft At(this Draft draft, DateTimeOffset now)
    {
        var next = Draft.On(Name, draft.State, draft.Tiers, now) with { Entries = draft.Entries };
        while (true)
        {
            var settled = Settlement.Due(next, next.Entries.Length + 1);
            if (settled.Entries.Length == next.Entries.Length) return settled;
            next = settled;
        }
    }

    public static Draft Add(
        this Draft draft, decimal points, string start = "immediate", string expiry = "unlimited",
        string origin = "o", string ledger = "main", DateTimeOffset? effectiveAt = null, ReturnPolicy policy =
            ReturnPolicy.Unlimited) =>
        LedgerRules.Add(draft, new Grant(Points.From(points), new Origin("session", origin), "test")
        {
            Ledger = ledger,
            Start = StartRule.Parse(start),
            Expiry = ExpiryRule.Parse(expiry),
            EffectiveAt = effectiveAt,
        }, Program(policy), NewStamp()).Value;

    public static Result<Draft> Deduct(this Draft draft, decimal points, string ledger = "main") =>
        LedgerRules.Deduct(draft, new Deduction(Points.From(points), new Origin("person", "k"), "test")
        {
            Ledger = ledger,
        }, Program(), NewStamp());

    public static Draft TakeBack(
        this Draft draft, decimal points, string origin = "o", ReturnPolicy policy = ReturnPolicy.Unlimited) =>
        Returns.TakeBack(
            draft, new TakeBack(Points.From(points), new Origin("session", origin), "test"), Program(policy),
            OriginHistory.Of(new Origin("session", origin), "main", draft.Entries), NewStamp());

    public static Result<Draft> Correct(this Draft draft, decimal points, bool allowNegative = true) =>
        LedgerRules.Deduct(
            draft, new Deduction(Points.From(points), new Origin("person", "k"), "test") { IsCorrection = true },
            Program() with { AllowNegative = allowNegative }, NewStamp());

    public static Result<Draft> Undo(this Draft draft, long seq, bool allowNegative = false) => Returns.Undo(
        draft, Past.Of(Name, draft.Entries), new Undoing(seq, "test", null), Program() with { AllowNegative = allowNegative }, NewStamp());

    public static Result<Draft> Activate(this Draft draft, long? seq = null, string? origin = null) => Moves.Activate(
        draft, new Activation(seq, origin is null ? null : new Origin("session", origin), "test", null), Program(),
        NewStamp());

    public static Result<Draft> Extend(this Draft draft, string expiry, long? seq = null, string? ledger = null) =>
        Moves.Extend(
            draft, new Extension(ExpiryRule.Parse(expiry)!, seq, ledger, "test", null), Program(), NewStamp());

    /// <summary>What leaves for elsewhere, and what it takes along.</summary>
    public static Result<(Draft Left, IReadOnlyList<LotGrant> Luggage)> Leave(
        this Draft draft, decimal points, string ledger = "main", string to = "live|stars|other") => Moves.Out(
            draft, new Transfer(Points.From(points), ledger, WalletId.Parse(to), "main", "test", null),
            new TransferLink("t", to, "main"), Program(), NewStamp())
        .Map(left => (left, Moves.Luggage(draft.State, left.Entries[^1])));

    public static Draft Arrive(
        this Draft draft, IReadOnlyList<LotGrant> luggage, DateTimeOffset at, string ledger = "main") =>
        Moves.In(draft, ledger, luggage, new TransferLink("t", Name, "main"), at, NewStamp());

    /// <summary>Active, pending and negative.</summary>
    public static (decimal Active, decimal Pending, decimal Negative) Figures(
        this Draft draft, DateTimeOffset? asOf = null, string ledger = "all")
    {
        var b = draft.Balance(asOf ?? draft.Now, ledger);
        return (b.Active.ToDecimal(), b.Pending.ToDecimal(), b.Negative.ToDecimal());
    }

    /// <summary>Every change has an id of its own.</summary>
    public static Stamp NewStamp() => new(Guid.NewGuid().ToString("n"), null);

    public static Balance Balance(this Draft draft, DateTimeOffset asOf, string ledger = "all") =>
        CustomerFunctions.Loyalty.Domain.Balance.Of(
            History.At(Name, draft.Entries, draft.Tiers, asOf, DateTimeOffset.MaxValue), Program(), ledger, asOf);

    public static Verification Verify(this Draft draft)
    {
        var verification = new Verification(Name);
        foreach (var entry in draft.Entries) verification.Next(entry, null);
        verification.AgainstHead(draft.State);
        return verification;
    }
}
