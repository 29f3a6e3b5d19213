using CsCheck;
using CustomerFunctions.Loyalty.Domain;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>When a timer runs, and on how many hosts, is no matter.</summary>
public sealed class SettlementScheduleTests
{
    private enum Timer
    {
        Never,
        AtEachDueInstant,
        Late,
        Twice,
        Randomly,
        OnTwoHosts,
    }

    [Fact]
    public void Whenever_timers_run_balances_are_the_same_and_so_are_the_entries_in_the_end() =>
        Gen.Select(Scenario.Any, Gen.Int[0, 1_000_000]).Sample(
            (scenario, seed) =>
            {
                var expected = new Schedule(scenario, Timer.Never, seed);
                expected.ToTheEnd();
                foreach (var timer in Enum.GetValues<Timer>().Where(t => t != Timer.Never))
                {
                    var other = new Schedule(scenario, timer, seed);
                    other.ToTheEnd();
                    Assert.Equal(expected.Balances, other.Balances);
                    for (var w = 0; w < 2; w++)
                        Assert.Equal(Comparable(expected.Wallets.All[w]), Comparable(other.Wallets.All[w]));
                }
            },
            iter: 600, print: s => s.Item1.Told);

    // As text, since entries hold lists; the hash covers everything but when it became known.
    private static List<string> Comparable(RealWallet wallet) =>
    [
        .. wallet.Entries.Select(e => System.Text.Json.JsonSerializer.Serialize(e with { RecordedAt = default })),
    ];

    private sealed class Schedule(Scenario scenario, Timer timer, int seed)
    {
        private readonly Random _random = new(seed);
        private DateTimeOffset _now = scenario.From;

        public RealWallets Wallets { get; } = new(scenario);

        public List<string> Balances { get; } = [];

        public void ToTheEnd()
        {
            foreach (var command in scenario.Possible)
            {
                PassTo(Wallets.TimeOf(command, _now));
                Wallets.Do(command, _now);
                Note();
            }

            PassTo(_now.AddYears(2));
            foreach (var wallet in Wallets.All) wallet.Open(_now);
        }

        private void PassTo(DateTimeOffset now)
        {
            for (var i = 0; i < 20 && Wallets.NextDue(_now) is { } due && due < now; i++)
            {
                _now = due;
                if (timer == Timer.AtEachDueInstant) Settle(1);
                if (timer == Timer.Twice) Settle(2);
                if (timer == Timer.Late && i % 3 == 2) Settle(1);
                if (timer == Timer.Randomly && _random.Next(2) == 0) Settle(1, _random.Next(1, 4));
                if (timer == Timer.OnTwoHosts) SettleOnTwoHosts();
                Note();
            }

            _now = now;
            if (timer == Timer.OnTwoHosts) SettleOnTwoHosts();
        }

        private void Settle(int times, int entriesMax = Settlement.EntriesMax)
        {
            for (var i = 0; i < times; i++)
                foreach (var wallet in Wallets.All) wallet.Open(_now, entriesMax);
        }

        // Both have read the same wallet, by clocks that differ. One writes a part; the other's draft is stale and thrown away.
        private void SettleOnTwoHosts()
        {
            foreach (var wallet in Wallets.All)
            {
                var first = Settlement.Due(Draft.On(wallet.Name, wallet.State, scenario.Tiers, _now), _random.Next(1, 3));
                var second = Settlement.Due(
                    Draft.On(wallet.Name, wallet.State, scenario.Tiers, _now.AddMilliseconds(-_random.Next(2))));
                var (winner, loser) = _random.Next(2) == 0 ? (first, second) : (second, first);
                Assert.Equal(
                    winner.Entries.Take(loser.Entries.Length).Select(e => e.Hash),
                    loser.Entries.Take(winner.Entries.Length).Select(e => e.Hash));
                wallet.Write(winner);
            }
        }

        private void Note()
        {
            foreach (var wallet in Wallets.All)
            {
                var state = wallet.At(_now);
                var balance = Balance.Of(state, RealWallets.Program(scenario), "all", _now);
                Balances.Add(string.Join(' ', [
                    $"{_now:O} {balance.Tier} {balance.TierSince:O} {balance.PointsToNextTier}",
                    .. balance.Ledgers.Select(l => $"{l.Key} {l.Value}"),
                    .. state.Lots.Select(l => $"{l.Id} {l.Remaining}"),
                ]));
            }
        }
    }
}
