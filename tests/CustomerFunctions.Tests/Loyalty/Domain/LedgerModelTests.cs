using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using CustomerFunctions.Loyalty.Domain;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>
/// The ledger does what the naive one does, whatever happens: after each command, at the instants that a wait goes over,
/// in the past and in the future. Grants may count from the past and transfers may arrive late. A past balance is
/// compared as it was known then, since what comes late changes what is known of the past now; where nothing came late,
/// as it is known now too.
/// </summary>
public sealed class LedgerModelTests
{
    private const int Sequences = 4_000;

    [Fact]
    public void Two_wallets_are_at_every_instant_what_a_naive_ledger_says() =>
        Scenario.Any.Sample(s => new Run(s).ToTheEnd(), iter: Sequences, print: s => s.Told);

    [Fact]
    public void The_commands_lead_to_every_answer_that_there_is()
    {
        var answers = new ConcurrentDictionary<string, int>();
        Scenario.Any.Sample(
            scenario =>
            {
                var (real, now) = (new RealWallets(scenario), scenario.From);
                foreach (var command in scenario.Possible)
                {
                    now = real.TimeOf(command, now);
                    if (real.Do(command, now) is not { } outcome) continue;
                    answers.AddOrUpdate($"{command.Act} {outcome.Refusal}".TrimEnd(), 1, (_, n) => n + 1);
                }
            },
            iter: 500, print: s => s.Told);
        Assert.Equal(
            [
                "Activate", "Activate nothing-awaits", "Add", "Add invalid", "Arrive", "Correct",
                "Correct insufficient-points", "Deduct", "Deduct insufficient-points", "Extend",
                "Extend nothing-to-extend", "Move", "Move insufficient-points", "TakeBack", "Undo",
                "Undo already-reversed", "Undo insufficient-points", "Undo not-reversible",
            ],
            answers.Keys.Order(StringComparer.Ordinal));
    }

    private sealed class Run(Scenario scenario)
    {
        private readonly RealWallets _real = new(scenario);
        private readonly NaiveWallet[] _model =
            [.. Enumerable.Range(0, 2).Select(_ => new NaiveWallet(scenario.Basis, scenario.Downgrade, scenario.From))];

        private readonly Queue<(int To, string Ledger, List<Parcel> Parcels, DateTimeOffset At)> _underway = [];
        private readonly SortedDictionary<DateTimeOffset, string[]> _snapshots = [];
        private DateTimeOffset _now = scenario.From;

        public void ToTheEnd()
        {
            foreach (var command in scenario.Possible)
            {
                PassTo(_real.TimeOf(command, _now));
                if (_real.Do(command, _now) is { } outcome)
                    Assert.Equal(Modelled(command, outcome.Name), outcome.Refusal);
                Compare(w => _real.All[w].At(_now));
            }

            while (_underway.Count > 0)
            {
                _real.Do(new Command(Act.Arrive, 0, "main", 0, "", 0, "", "", 0, false, default), _now);
                Arrive();
                Compare(w => _real.All[w].At(_now));
            }

            foreach (var (at, seen) in _snapshots) ComparePast(at, seen);
            Explain();
            for (var i = 0; i < 12 && _real.NextDue(_now) is not null; i++) PassOne();
            PassTo(_now.AddYears(2));
        }

        // What the past looked like then; and looks like now, unless something came to be known of it later.
        private void ComparePast(DateTimeOffset at, string[] seen)
        {
            for (var w = 0; w < 2; w++)
            {
                Assert.Equal(seen[w], Seen(_real.All[w].WasAt(at, at), at));
                var isChanged = _real.All[w].Entries.Any(e => e.RecordedAt > at && e.EffectiveAt <= at
                    && e.ChangeId is not null);
                if (!isChanged) Assert.Equal(seen[w], Seen(_real.All[w].WasAt(at, DateTimeOffset.MaxValue), at));
            }
        }

        private void Explain()
        {
            foreach (var wallet in _real.All)
            {
                var all = new ExplainQuery("all", _now, All: true, 1_000, 0);
                var told = Explanation.Of(
                    wallet.Name, wallet.Entries, new Dictionary<long, EntryText>(), RealWallets.Program(scenario), all);
                var balance = Balance.Of(wallet.At(_now), RealWallets.Program(scenario), "all", _now);
                Assert.Equal((balance.Active, balance.Pending, balance.Negative),
                    (told.Active, told.Pending, told.Negative));
                Assert.Equal(balance.Active + balance.Pending, told.Items.Sum(i => i.Remaining));
            }
        }

        // Stops at each instant that matters, but for very long waits.
        private void PassTo(DateTimeOffset now)
        {
            for (var i = 0; i < 6 && _real.NextDue(_now) < now; i++) PassOne();
            MoveTo(now);
        }

        private void PassOne()
        {
            var due = _real.NextDue(_now)!.Value;
            if (due.AddTicks(-1) > _now) MoveTo(due.AddTicks(-1));
            MoveTo(due);
        }

        private void MoveTo(DateTimeOffset now)
        {
            _now = now;
            Compare(w => _real.All[w].WasAt(now, DateTimeOffset.MaxValue));
        }

        private void Compare(Func<int, WalletState> settled)
        {
            foreach (var wallet in _model) wallet.PassTo(_now);
            _snapshots[_now] = [.. _model.Select(m => m.Seen())];
            for (var w = 0; w < 2; w++) Assert.Equal(_snapshots[_now][w], Seen(settled(w), _now));
        }

        private string? Modelled(Command c, string name)
        {
            var wallet = _model[c.Wallet];
            return c.Act switch
            {
                Act.Add => wallet.Add(c, _now, name),
                Act.Deduct or Act.Correct => wallet.Deduct(c, _now),
                Act.TakeBack => wallet.TakeBack(c, _now),
                Act.Undo => wallet.Undo(c, _now, name),
                Act.Activate => wallet.Activate(c, _now),
                Act.Extend => wallet.Extend(c, _now),
                Act.Move => Moved(c),
                _ => Arrive(),
            };
        }

        private string? Moved(Command c)
        {
            var parcels = new List<Parcel>();
            if (_model[c.Wallet].Leave(c, _now, parcels) is { } refusal) return refusal;
            if (c.Flag)
            {
                _model[c.Wallet].Arrive(c.OtherLedger, parcels, _now);
                return null;
            }

            _underway.Enqueue((1 - c.Wallet, c.OtherLedger, parcels, _now));
            return scenario.AllowsLate ? null : Arrive();
        }

        private string? Arrive()
        {
            var (to, ledger, parcels, _) = _underway.Dequeue();
            _model[to].Arrive(ledger, parcels, _now);
            return null;
        }

        private string Seen(WalletState state, DateTimeOffset at)
        {
            var balance = Balance.Of(state, RealWallets.Program(scenario), "all", at);
            foreach (var (ledger, figures) in balance.Ledgers)
                Assert.Equal(figures.Active, Expirations.Of(state, ledger).Sum(e => e.Points));
            return string.Join('\n', [
                $"tier {balance.Tier ?? "-"}",
                .. new[] { "extra", "main" }.Select(l => Figures(
                    l, balance.Ledgers.GetValueOrDefault(l, LedgerFigures.None), state)),
                .. state.Lots.OrderBy(l => l.Ledger, StringComparer.Ordinal).ThenBy(l => l.Id, StringComparer.Ordinal)
                    .Select(l => string.Create(CultureInfo.InvariantCulture,
                        $"{l.Ledger} {l.Id} {Whole(l.Remaining)} {l.IsActive} {l.AwardedAt:O} {l.Start:s} {l.Expiry:s}")),
            ]);
        }

        private static string Figures(string ledger, LedgerFigures f, WalletState state)
        {
            var debts = string.Join('+', state.Debts.Where(d => d.Ledger == ledger).Select(d => Whole(d.Remaining)));
            return $"{ledger} {Whole(f.Active)} {Whole(f.Pending)} [{debts}] {Whole(f.Spent)} {Whole(f.Expired)}";
        }

        private static long Whole(Points points) => points.Hundredths / 100;
    }
}
