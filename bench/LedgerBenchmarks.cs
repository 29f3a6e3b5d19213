using BenchmarkDotNet.Attributes;
using CustomerFunctions.Loyalty.Domain;
using NodaTime;

namespace CustomerFunctions.Bench;

/// <summary>The pure parts of the ledger: time and bytes for one decision on a wallet with so many open lots.</summary>
[MemoryDiagnoser]
[OperationsPerSecond]
public class LedgerBenchmarks
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    private static readonly LoyaltyProgram Program = new()
    {
        Name = "stars",
        Title = "Stars",
        TimeZone = "Europe/Berlin",
        Subledgers = true,
        Earn = new EarnRule(1, EarnRounding.Down),
        ReturnPolicy = ReturnPolicy.Unlimited,
    };

    private static readonly Stamp Stamp = new("c", null);

    private Draft _wallet = null!;

    [Params(1, 100, 1_000)]
    public int Lots { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _wallet = Draft.On("live|stars|bench", WalletState.Empty, Program.Tiers, Noon);
        for (var i = 0; i < Lots; i++) _wallet = Add();
        _wallet = _wallet with { Entries = [] };
    }

    [Benchmark]
    public Draft Add() => LedgerRules.Add(
        _wallet,
        new Grant(Points.From(10), new Origin("session", "s"), "bench") { Expiry = ExpiryRule.Parse("1Y_U") },
        Program, Stamp).Value;

    [Benchmark]
    public Draft Deduct() => LedgerRules.Deduct(
        _wallet, new Deduction(Points.From(5), new Origin("person", "k"), "bench"), Program, Stamp).Value;

    [Benchmark]
    public Draft Extend() => Moves.Extend(
        _wallet, new Extension(ExpiryRule.Unlimited, 1, null, "bench", null), Program, Stamp).Value;

    [Benchmark]
    public Balance Balance() => CustomerFunctions.Loyalty.Domain.Balance.Of(
        Settlement.At("live|stars|bench", _wallet.State, Program.Tiers, Noon.AddDays(1)), Program, Ledgers.All,
            Noon.AddDays(1));

    [Benchmark]
    public DateTimeOffset EndOfMonth() => RelativeTime.Parse("1M_U")!.After(Noon.AddDays(Lots), Berlin);
}
