using CsCheck;
using CustomerFunctions.Loyalty.Domain;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>Random histories against a model that knows nothing of entries: a list of grants, each with what is left.
/// </summary>
public sealed class LedgerPropertyTests
{
    private enum Act
    {
        Add,
        Deduct,
        TakeBack,
        Wait,
    }

    private sealed record Step(Act Act, int Points, int Start, int Expiry, int Origin);

    private sealed class ModelLot
    {
        public required long Start { get; init; }
        public required long? End { get; init; }
        public required int Origin { get; init; }
        public required int Order { get; init; }
        public long Left { get; set; }
    }

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Enum<Act>(), Gen.Int[1, 50], Gen.Int[0, 6], Gen.Int[0, 9], Gen.Int[0, 3],
        (act, points, start, expiry, origin) => new Step(act, points, start, expiry, origin));

    [Fact]
    public void Balances_at_every_hour_are_those_of_a_naive_model_and_the_chain_verifies() =>
        Steps.Array[1, 30].Sample(
            steps =>
            {
                var wallet = Empty();
                var model = new Model();
                var hour = 0;
                foreach (var step in steps)
                {
                    if (step.Act == Act.Wait) hour += step.Points % 7;
                    wallet = wallet.At(Noon.AddHours(hour));
                    model.SettleTo(hour);
                    wallet = Apply(wallet, model, step, hour);
                    Assert.Equal(model.Figures(hour), Figures(wallet.Balance(Noon.AddHours(hour))));
                }

                Assert.Null(wallet.Verify().FirstBad);
                Assert.Equal(
                    wallet.State.BalanceOf("main"),
                    wallet.Entries.ApplyAll(WalletState.Empty).BalanceOf("main"));
                for (var later = hour; later < hour + 20; later++)
                {
                    model.SettleTo(later);
                    Assert.Equal(model.Figures(later), Figures(wallet.Balance(Noon.AddHours(later))));
                }
            },
            iter: 2_000);

    private static Draft Apply(Draft wallet, Model model, Step step, int hour)
    {
        switch (step.Act)
        {
            case Act.Add:
                var start = step.Start == 0 ? "immediate" : $"{step.Start}h";
                var expiry = step.Expiry == 0 ? "unlimited" : $"{step.Expiry}h";
                model.Add(hour + step.Start, step.Expiry == 0 ? null : hour + step.Start + step.Expiry, step);
                return wallet.Add(step.Points, start, expiry, $"{step.Origin}");
            case Act.Deduct:
                var deducted = wallet.Deduct(step.Points);
                Assert.Equal(model.Deduct(step.Points), deducted.IsOk);
                return deducted.IsOk ? deducted.Value : wallet;
            case Act.TakeBack:
                // Never more than the origin has earned: what callers keep to.
                var points = Math.Min(step.Points, model.EarnedBy(step.Origin));
                if (points == 0) return wallet;
                model.TakeBack(points, step.Origin);
                return wallet.TakeBack(points, $"{step.Origin}");
            default:
                return wallet;
        }
    }

    private static (decimal, decimal, decimal) Figures(Balance b) =>
        (b.Active.ToDecimal(), b.Pending.ToDecimal(), b.Negative.ToDecimal());

    private sealed class Model
    {
        private readonly List<ModelLot> _lots = [];
        private readonly Dictionary<int, long> _earned = [];
        private readonly Dictionary<int, long> _expired = [];
        private long _hour;
        private long _debt;

        public void Add(long start, long? end, Step step)
        {
            _earned[step.Origin] = _earned.GetValueOrDefault(step.Origin) + step.Points;
            _lots.Add(new ModelLot
            {
                Start = start,
                End = end,
                Origin = step.Origin,
                Order = _lots.Count,
                Left =
                step.Points
            });
            PayDebt();
        }

        public int EarnedBy(int origin) => (int)_earned.GetValueOrDefault(origin);

        // Hour by hour: a lot whose last second is the hour itself can still be spent in it.
        public void SettleTo(long hour)
        {
            for (; _hour < hour; _hour++)
            {
                foreach (var lot in _lots.Where(l => l.End == _hour))
                {
                    _expired[lot.Origin] = _expired.GetValueOrDefault(lot.Origin) + lot.Left;
                    lot.Left = 0;
                }

                foreach (var lot in _lots.Where(l => l.Start == _hour + 1)) PayDebt(_hour + 1);
            }
        }

        public bool Deduct(long points)
        {
            if (Active().Sum(l => l.Left) < points) return false;
            Take(Active(), points);
            return true;
        }

        public void TakeBack(long points, int origin)
        {
            _earned[origin] -= points;
            points = Take(_lots.Where(l => l.Origin == origin && l.Start > _hour), points);
            points = Take(Active().Where(l => l.Origin == origin), points);
            var gone = Math.Min(points, _expired.GetValueOrDefault(origin));
            _expired[origin] = _expired.GetValueOrDefault(origin) - gone;
            _debt += Take(Active().Where(l => l.Origin != origin), points - gone);
        }

        public (decimal, decimal, decimal) Figures(long hour) => (
            _lots.Where(l => l.Start <= hour && (l.End is null || hour <= l.End)).Sum(l => l.Left),
            _lots.Where(l => l.Start > hour).Sum(l => l.Left),
            _debt);

        private IEnumerable<ModelLot> Active() => _lots.Where(l => l.Start <= _hour
            && (l.End is null || _hour <= l.End));

        private static long Take(IEnumerable<ModelLot> lots, long points)
        {
            foreach (var lot in lots.OrderBy(l => l.End ?? long.MaxValue).ThenBy(l => l.Order).ToList())
            {
                var part = Math.Min(points, lot.Left);
                lot.Left -= part;
                points -= part;
            }

            return points;
        }

        private void PayDebt(long? at = null)
        {
            var hour = at ?? _hour;
            _debt = Take(_lots.Where(l => l.Start <= hour && (l.End is null || hour <= l.End)), _debt);
        }
    }
}
