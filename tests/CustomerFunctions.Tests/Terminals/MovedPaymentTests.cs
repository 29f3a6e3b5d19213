using System.Collections.Immutable;
using CsCheck;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Tests.Loyalty.Domain;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;
using Outcome = CustomerFunctions.Terminals.Domain.Outcome;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>A payment goes back and forth between customers and grows and shrinks, while they spend what they have and
/// programs change how much they take back. Wallets are real, but without storage.</summary>
public sealed class MovedPaymentTests
{
    private const string Payment = "t-1";
    private const string Program = "stars";
    private const long Full = 2_500;

    private enum Act
    {
        Move,
        Grow,
        Spend,
        EarnElsewhere,
        Wait,
    }

    private sealed record Step(Act Act, int Who, int Points, ReturnPolicy Policy, bool IsClosed);

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Enum<Act>(), Gen.Int[0, 4], Gen.Int[1, 25], Gen.Enum<ReturnPolicy>(), Gen.Int[0, 9],
        (act, who, points, policy, closed) => new Step(act, who, points, policy, closed == 0));

    [Fact]
    public void Nobody_ever_has_more_of_a_payment_than_it_is_worth_whatever_the_return_policy() => Steps.Array[1, 40].Sample(
        steps =>
        {
            var world = new World();
            foreach (var step in steps)
            {
                world.Do(step);
                world.AssertNobodyHasTooMuch();
            }
        },
        iter: 5_000);

    [Theory]
    [InlineData(ReturnPolicy.OnlyPending)]
    [InlineData(ReturnPolicy.WithinBalance)]
    [InlineData(ReturnPolicy.Unlimited)]
    public void Back_and_forth_a_hundred_times_is_as_once(ReturnPolicy policy)
    {
        var world = new World();
        world.Do(new Step(Act.Move, 1, 0, policy, IsClosed: false));
        world.Do(new Step(Act.Spend, 1, 20, policy, IsClosed: false));
        for (var i = 0; i < 200; i++) world.Do(new Step(Act.Move, 2 - (i % 2), 0, policy, IsClosed: false));
        Assert.Equal((25m, 5m), (world.Given("a"), world.Active("a")));
        Assert.Equal(policy == ReturnPolicy.OnlyPending ? 25 : 0, world.Given("b"));
    }

    [Fact]
    public void What_a_customer_was_left_with_is_known_after_a_merge_as_well()
    {
        var world = new World();
        foreach (var who in (int[])[1, 2, 3]) world.Do(new Step(Act.Move, who, 0, ReturnPolicy.OnlyPending, IsClosed: false));
        Assert.Equal(25, world.Given("a"));
    }

    [Fact]
    public void A_program_that_gives_nothing_leaves_everything_as_it_was()
    {
        var world = new World();
        world.Do(new Step(Act.Move, 1, 0, ReturnPolicy.OnlyPending, IsClosed: false));
        world.Do(new Step(Act.Move, 2, 0, ReturnPolicy.OnlyPending, IsClosed: true));
        Assert.Equal((0m, 25m), (world.Given("b"), world.Given("a")));
        world.Do(new Step(Act.Move, 1, 0, ReturnPolicy.OnlyPending, IsClosed: false));
        Assert.Equal(25, world.Given("a"));
    }

    /// <summary>Two customers, of whom the first has absorbed another (a2), and one payment.</summary>
    private sealed class World
    {
        private readonly Dictionary<string, Draft> _wallets = new() { ["a"] = Empty(), ["b"] = Empty() };
        private Payment _payment = new() { Application = "shop", TransactionId = Payment, KnownAt = Noon };
        private string? _owner;
        private long _net = Full;
        private DateTimeOffset _now = Noon;
        private int _others;

        public void Do(Step step)
        {
            var who = step.Who % 2 == 0 ? "b" : "a";
            if (step.Act == Act.Spend)
            {
                var spent = Math.Min(step.Points, Active(who));
                if (spent > 0) _wallets[who] = _wallets[who].Deduct(spent).Value;
            }

            if (step.Act == Act.EarnElsewhere)
                _wallets[who] = _wallets[who].Add(step.Points, origin: $"other-{_others++}");
            if (step.Act == Act.Wait) _now = _now.AddHours(step.Points);
            foreach (var name in _wallets.Keys) _wallets[name] = _wallets[name].At(_now);
            if (step.Act == Act.Move) _owner = step.Who switch { 0 => null, 2 or 4 => "b", 3 => "a2", _ => "a" };
            if (step.Act == Act.Grow) _net = step.Points * 100;
            Reconcile(step);
        }

        public decimal Active(string who) => _wallets[who].Figures().Active;

        /// <summary>What a customer was given for the payment, less what was taken back, or has expired by then.</summary>
        public decimal Given(string who) => _wallets[who].Entries.Where(e => e.Origin?.Id == Payment).Sum(
            e => e.Kind == EntryKind.Added ? e.Points.ToDecimal() : -CountOf(e).ToDecimal());

        public void AssertNobodyHasTooMuch()
        {
            var outcome = _payment.Outcome;
            foreach (var who in _wallets.Keys)
            {
                var kept = outcome.Kept.Where(k => Wallet(k.Key.Split('|')[0]) == who).Sum(k => k.Value);
                var due = outcome.ProfileKey is { } key && Wallet(key) == who
                    ? outcome.Points.GetValueOrDefault(Program) : 0;
                Assert.Equal((kept + due) / 100m, Given(who));
                Assert.InRange(Given(who), 0, Full / 100);
                Assert.Null(_wallets[who].Verify().FirstBad);
            }
        }

        private void Reconcile(Step step)
        {
            string[] keys = _owner switch { null => [], "b" => ["b"], var a => [a, a == "a" ? "a2" : "a"] };
            // As PaymentOwners does: the payment stays under the key that it has come to.
            var owner = _payment.Outcome.ProfileKey is { } had && keys.Contains(had) ? had : _owner;
            var points = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
            var desired = owner is null ? Outcome.None : new Outcome
            {
                ProfileKey = owner,
                OccurredAt = Noon,
                Points = points.Add(Program, _net),
                Spent = _net,
                Currency = "EUR",
            };
            if (Reconciliation.Plan(_payment, desired, Noon, keys) is not { } intent) return;
            var after = intent.After;
            foreach (var todo in intent.Points) after = Carry(todo, step, after);
            _payment = _payment with { Outcome = after, Intents = intent.Number };
        }

        private Outcome Carry(PointsStep todo, Step step, Outcome after)
        {
            var (who, points) = (Wallet(todo.ProfileKey), todo.Hundredths / 100m);
            if (todo.IsTakenBack)
            {
                _wallets[who] = _wallets[who].TakeBack(points, Payment, step.Policy);
                return after.Short(todo, CountOf(_wallets[who].Entries[^1]).Hundredths);
            }

            if (step.IsClosed) return after.Without(todo, _payment.Outcome);
            _wallets[who] = _wallets[who].Add(points, origin: Payment, expiry: "30h");
            return after;
        }

        private static string Wallet(string key) => key[..1];

        private static Points CountOf(LedgerEntry entry) => entry.Points + entry.Allocations
            .Where(a => a.Debt == Allocation.Expired).Aggregate(Points.Zero, (sum, a) => sum + a.Points);
    }
}
