using CsCheck;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using NodaTime;

namespace CustomerFunctions.Tests.Loyalty.Domain;

internal enum Act
{
    Add,
    Deduct,
    Correct,
    TakeBack,
    Undo,
    Move,
    Arrive,
    Activate,
    Extend,
    Wait,
    WaitUntilDue,
}

/// <summary>One thing that happens, to be read by the ledger and by its model alike.</summary>
/// <param name="Act">What.</param>
/// <param name="Wallet">Which of the two wallets.</param>
/// <param name="Ledger">Which of its ledgers.</param>
/// <param name="Points">Whole points.</param>
/// <param name="Origin">What earns them.</param>
/// <param name="Pick">Which earlier change of the wallet is meant, as a number to be wrapped around.</param>
/// <param name="Start">A start as callers write it; <c>+5h</c> is the instant five hours from now.</param>
/// <param name="Expiry">An expiry, likewise; also how long to wait.</param>
/// <param name="LateHours">How long ago a grant counts from.</param>
/// <param name="Flag">By entry rather than by ledger or origin; within the wallet; a millisecond early; negative
/// allowed.</param>
/// <param name="Policy">What is taken back from.</param>
internal sealed record Command(
    Act Act, int Wallet, string Ledger, int Points, string Origin, int Pick, string Start, string Expiry, int LateHours,
    bool Flag, ReturnPolicy Policy)
{
    public string OtherLedger => Ledger == "main" ? "extra" : "main";
}

/// <summary>Commands from an instant on, under one way of deciding on tiers.</summary>
internal sealed record Scenario(DateTimeOffset From, TierBasis Basis, TierDowngrade Downgrade, Command[] Commands)
{
    private static readonly Gen<string> Starts = OneOf(
        "immediate", "immediate", "immediate", "immediate", "immediate", "immediate", "immediate", "immediate",
        "immediate", "on_action", "on_action", "on_action", "on_action", "30m", "1h", "24h", "1D", "5D_D", "1D_U",
        "1W_U", "1M", "1M_U", "+7h", "-3h", "+700h", "1D_D", "2D_D");

    private static readonly Gen<string> Expiries = OneOf(
        "default", "unlimited", "unlimited", "10m", "1h", "26h", "1D", "2D", "3D_D", "0D_U", "1D_U", "1W", "1W_U",
        "1M", "1M_U", "1Y", "+30h", "+1h", "+800h", "unlimited", "1Y", "1M", "2D");

    // Most wallets have something to begin with, so that there is often enough.
    private static readonly Command[] Funds =
    [
        Fund(0, "main", "a", "unlimited"), Fund(1, "main", "a", "1M"), Fund(0, "extra", "b", "2D"),
        Fund(0, "main", "c", "1Y"),
    ];

    // Around both changes of the clocks in Berlin, a leap day, the ends of months and years.
    private static readonly Gen<DateTimeOffset> Froms = OneOf(
        "2026-03-28T00:59:59Z", "2026-10-24T00:30:00Z", "2028-02-28T12:00:00Z", "2027-01-31T09:00:00.5Z",
        "2026-12-31T22:59:58Z", "2026-06-15T10:00:00Z")
        .Select(t => DateTimeOffset.Parse(t, System.Globalization.CultureInfo.InvariantCulture));

    private static readonly Gen<Act> Acts = Gen.Frequency(
        (12, Gen.Const(Act.Add)), (4, Gen.Const(Act.Deduct)), (2, Gen.Const(Act.Correct)), (3, Gen.Const(Act.TakeBack)),
        (5, Gen.Const(Act.Undo)), (5, Gen.Const(Act.Move)), (9, Gen.Const(Act.Arrive)), (3, Gen.Const(Act.Activate)),
        (2, Gen.Const(Act.Extend)), (2, Gen.Const(Act.Wait)), (4, Gen.Const(Act.WaitUntilDue)));

    private static readonly Gen<Command> Commands_ = Gen.Select(
        Gen.Select(Acts, OneOf(0, 0, 1), OneOf("main", "main", "main", "extra"), Gen.Int[1, 150]),
        Gen.Select(OneOf("a", "b", "c"), Gen.Int[0, 30], Starts, Expiries),
        Gen.Select(
            OneOf(0, 0, 0, 0, 3, 30, 960), Gen.Bool,
            OneOf(ReturnPolicy.OnlyPending, ReturnPolicy.WithinBalance, ReturnPolicy.Unlimited)),
        (a, b, c) => new Command(a.Item1, a.Item2, a.Item3, Few(a.Item1) ? 1 + (a.Item4 % 40) : a.Item4, b.Item1, b.Item2, b.Item3, b.Item4, c.Item1,
            c.Item2, c.Item3));

    public static Gen<Scenario> Any { get; } = Gen.Select(
        Froms, Gen.Enum<TierBasis>(), Gen.Enum<TierDowngrade>(), Gen.Int[0, 2], Commands_.Array[1, 30],
        (from, basis, downgrade, funds, commands) => new Scenario(
            from, basis, downgrade, [.. Funds.Take(funds * 2), .. commands]));

    /// <summary>Whether points may count from the past here. Where a tier is reviewed month by month, or kept once it
    /// is reached, what a grant of an earlier month does to it is a matter of <c>TierTests</c>.</summary>
    public bool AllowsLate => Downgrade == TierDowngrade.OnBalance
        || (Downgrade == TierDowngrade.Never && Basis == TierBasis.Active);

    public TierPolicy Tiers => new(
        [new Tier("Silver", Points.From(100)), new Tier("Gold", Points.From(300))], Basis, TierPeriod.Month, Downgrade,
        null, DateTimeZoneProviders.Tzdb["Europe/Berlin"]);

    /// <summary>To be read when a test fails.</summary>
    public string Told => $"{From:O} {Basis} {Downgrade}\n{string.Join('\n', Commands.AsEnumerable())}";

    /// <summary>The commands as they can be done here.</summary>
    public IEnumerable<Command> Possible => Commands.Select(c => AllowsLate ? c : c with { LateHours = 0 });

    // Less than a grant gives, so that there is often enough.
    private static bool Few(Act act) => act is Act.Deduct or Act.Move or Act.TakeBack;

    private static Command Fund(int wallet, string ledger, string origin, string expiry) => new(
        Act.Add, wallet, ledger, 80, origin, 0, "immediate", expiry, 0, false, ReturnPolicy.Unlimited);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>How long a command waits.</summary>
    public static TimeSpan Wait(Command command) => command.Pick switch
    {
        0 => TimeSpan.FromMilliseconds(500),
        < 5 => TimeSpan.FromSeconds(1),
        < 10 => TimeSpan.FromMinutes(59),
        < 17 => TimeSpan.FromHours(1),
        < 23 => TimeSpan.FromHours(23),
        < 27 => TimeSpan.FromDays(1),
        < 29 => TimeSpan.FromDays(7),
        < 30 => TimeSpan.FromDays(31),
        _ => TimeSpan.FromDays(366),
    };
}

/// <summary>What became of a command.</summary>
/// <param name="Refusal">The code, or null.</param>
/// <param name="Name">The name that a lot got, if it made one.</param>
internal sealed record Outcome(string? Refusal, string Name);

/// <summary>A wallet as storage would keep it.</summary>
internal sealed class RealWallet(string name, TierPolicy tiers)
{
    private readonly Verification _verification = new(name);

    public string Name => name;

    public WalletState State { get; private set; } = WalletState.Empty;

    public List<LedgerEntry> Entries { get; } = [];

    public List<long> Changes { get; } = [];

    /// <summary>A draft on the wallet with everything due written down, one entry in each transaction or all.</summary>
    public Draft Open(DateTimeOffset now, int entriesMax = Settlement.EntriesMax)
    {
        while (true)
        {
            var draft = Settlement.Due(Draft.On(name, State, tiers, now), entriesMax);
            if (draft.Entries.Length == 0) return draft;
            Write(draft);
        }
    }

    public void Write(Draft draft)
    {
        foreach (var entry in draft.Entries)
        {
            if (entry.ChangeId is not null) Changes.Add(entry.Seq);
            Entries.Add(entry);
            _verification.Next(entry, null);
        }

        State = draft.State;
        _verification.AgainstHead(State);
        Assert.Null(_verification.FirstBad);
    }

    public WalletState At(DateTimeOffset now) => Settlement.At(name, State, tiers, now);

    public WalletState WasAt(DateTimeOffset asOf, DateTimeOffset asKnownAt) =>
        History.At(name, Entries, tiers, asOf, asKnownAt);
}

/// <summary>Does commands to two wallets of the ledger.</summary>
internal sealed class RealWallets(Scenario scenario)
{
    private readonly Queue<(int To, string Ledger, IReadOnlyList<LotGrant> Luggage, TransferLink Link, DateTimeOffset At)>
        _underway = [];

    private int _stamps;

    public RealWallet[] All { get; } =
        [new("live|stars|one", scenario.Tiers), new("live|stars|two", scenario.Tiers)];

    public static LoyaltyProgram Program(Scenario scenario, Command? command = null) => Wallets.Program() with
    {
        DefaultExpiry = ExpiryRule.Parse("2W_U")!,
        ReturnPolicy = command?.Policy ?? ReturnPolicy.Unlimited,
        AllowNegative = command?.Flag ?? false,
        Tiers = scenario.Tiers,
    };

    /// <summary>The next instant at which time changes something, however much of the past is written down.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now) => All.Min(w => w.At(now).NextDueAt(scenario.Tiers));

    /// <summary>The instant that the clock shows when a command is done.</summary>
    public DateTimeOffset TimeOf(Command command, DateTimeOffset now)
    {
        if (command.Act == Act.Wait) return now + Scenario.Wait(command);
        if (command.Act != Act.WaitUntilDue || NextDue(now) is not { } due) return now;
        var early = due.AddMilliseconds(-1);
        return command.Flag && early > now ? early : due;
    }

    /// <summary>Does one command, or answers null where it means nothing.</summary>
    public Outcome? Do(Command command, DateTimeOffset now)
    {
        if (command.Act is Act.Wait or Act.WaitUntilDue) return null;
        if (command.Act == Act.Arrive) return Arrive(now);
        var wallet = All[command.Wallet];
        if (command.Act is Act.Undo && wallet.Changes.Count == 0) return null;
        var draft = wallet.Open(now);
        var done = Drafted(wallet, draft, command, now);
        if (!done.IsOk) return new Outcome(done.Error.Code, "");
        wallet.Write(done.Value);
        if (command.Act != Act.Move || command.Flag) return new Outcome(null, draft.NextId);
        var out_ = done.Value.Entries[^1];
        _underway.Enqueue((
            1 - command.Wallet, command.OtherLedger, Moves.Luggage(draft.State, out_),
            new TransferLink(out_.Transfer!.Id, wallet.Name, command.Ledger), now));
        if (!scenario.AllowsLate) Arrive(now);
        return new Outcome(null, draft.NextId);
    }

    private Outcome? Arrive(DateTimeOffset now)
    {
        if (!_underway.TryDequeue(out var transfer)) return null;
        var wallet = All[transfer.To];
        wallet.Write(Moves.In(
            wallet.Open(now), transfer.Ledger, transfer.Luggage, transfer.Link, transfer.At, NextStamp()));
        return new Outcome(null, "");
    }

    private Result<Draft> Drafted(RealWallet wallet, Draft draft, Command c, DateTimeOffset now)
    {
        var program = Program(scenario, c);
        var stamp = NextStamp();
        var points = Points.From(c.Points);
        var origin = new Origin("session", c.Origin);
        long? picked = wallet.Changes.Count > 0 && c.Flag ? wallet.Changes[c.Pick % wallet.Changes.Count] : null;
        return c.Act switch
        {
            Act.Add => LedgerRules.Add(draft, GrantOf(c, now), program, stamp),
            Act.Deduct or Act.Correct => LedgerRules.Deduct(
                draft, new Deduction(points, origin, "t") { Ledger = c.Ledger, IsCorrection = c.Act == Act.Correct },
                program, stamp),
            Act.TakeBack => Returns.TakeBack(
                draft, new TakeBack(points, origin, "t") { Ledger = c.Ledger }, program,
                OriginHistory.Of(origin, c.Ledger, wallet.Entries), stamp),
            Act.Undo => Returns.Undo(
                draft, Past.Of(draft.Wallet, wallet.Entries), new Undoing(wallet.Changes[c.Pick % wallet.Changes.Count], "t", null), program,
                stamp),
            Act.Activate => Moves.Activate(
                draft, new Activation(picked, picked is null ? origin : null, "t", null), program, stamp),
            Act.Extend => Moves.Extend(
                draft, new Extension(ExpiryOf(c, now) ?? program.DefaultExpiry, picked, c.Ledger, "t", null), program,
                stamp),
            _ => Moved(wallet, draft, c, program, stamp),
        };
    }

    private Result<Draft> Moved(RealWallet wallet, Draft draft, Command c, LoyaltyProgram program, Stamp stamp)
    {
        var id = $"move{_stamps}";
        var to = c.Flag ? wallet : All[1 - c.Wallet];
        var transfer = new Transfer(
            Points.From(c.Points), c.Ledger, WalletId.Parse(to.Name), c.OtherLedger, "t", null);
        var left = Moves.Out(draft, transfer, new TransferLink(id, to.Name, c.OtherLedger), program, stamp);
        return !c.Flag ? left : left.Map(l => Moves.In(
            l, c.OtherLedger, Moves.Luggage(draft.State, l.Entries[^1]), new TransferLink(id, wallet.Name, c.Ledger),
            draft.Now, stamp));
    }

    private static Grant GrantOf(Command c, DateTimeOffset now) =>
        new(Points.From(c.Points), new Origin("session", c.Origin), "t")
        {
            Ledger = c.Ledger,
            Start = StartRule.Parse(Written(c.Start, now)),
            Expiry = ExpiryOf(c, now),
            EffectiveAt = c.LateHours == 0 ? null : now.AddHours(-c.LateHours),
        };

    private static ExpiryRule? ExpiryOf(Command c, DateTimeOffset now) =>
        c.Expiry == "default" ? null : ExpiryRule.Parse(Written(c.Expiry, now));

    private static string Written(string text, DateTimeOffset now) => text[0] is not ('+' or '-') ? text
        : now.AddHours(int.Parse(text[..^1], System.Globalization.CultureInfo.InvariantCulture)).UtcDateTime
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private Stamp NextStamp() => new($"change{++_stamps}", null);
}
