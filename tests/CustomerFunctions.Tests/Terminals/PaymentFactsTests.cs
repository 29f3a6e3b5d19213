using CustomerFunctions.Shared.Http;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Tests.Terminals;

public sealed class PaymentFactsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void All_2520_orders_of_a_payment_two_refunds_and_a_cancellation_each_told_twice_end_alike()
    {
        PaymentFact[] facts =
            [Fact(FactKind.Completed, 2500), Refund("A", 700), Refund("B", 500), Fact(FactKind.Cancelled, 0)];
        var states = new HashSet<string>();
        var orders = 0;
        Arrange([2, 2, 2, 2], [], order =>
        {
            orders++;
            states.Add(Describe(order.Select(i => facts[i])));
        });

        Assert.Equal(2520, orders);
        var state = Assert.Single(states);
        Assert.Contains("\"status\":\"cancelled\"", state, StringComparison.Ordinal);
        Assert.Contains("\"refunded\":1200", state, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_order_of_every_kind_of_fact_each_told_twice_ends_in_one_state_for_each_set_of_them()
    {
        PaymentFact[] facts =
        [
            Fact(FactKind.OnHold, 2500), Fact(FactKind.Completed, 2500), Refund("A", 2000), Refund("B", 800),
            Fact(FactKind.Cancelled, 0),
        ];
        var orders = 0;
        for (var set = 1; set < 1 << facts.Length; set++)
        {
            var states = new HashSet<string>();
            PaymentFacts? last = null;
            int[] left = [.. facts.Select((_, i) => (set >> i) % 2 == 0 ? 0 : 2)];
            Tell(left, facts, PaymentFacts.None, all =>
            {
                orders++;
                // Most states are the same objects in the same order: only others are written out.
                if (last is not null && last.IsDisputed == all.IsDisputed && last.ByKey.SequenceEqual(all.ByKey)) return;
                last = all;
                states.Add(Json.Write(all) + Json.Write(PaymentSummary.Of(all)));
            });
            var state = Assert.Single(states);
            var isOver = (set & 0b1110) == 0b1110;
            Assert.Equal(isOver, state.Contains("over-refund", StringComparison.Ordinal));
            if (isOver) Assert.Contains("\"refunded\":2000", state, StringComparison.Ordinal);
        }

        Assert.Equal(126_965, orders);
    }

    [Fact]
    public void All_orders_of_facts_that_contradict_each_other_end_alike()
    {
        PaymentFact[] facts =
        [
            Fact(FactKind.Completed, 2500), Fact(FactKind.Completed, 2400) with { EventId = "other" },
            Refund("A", 2000), Refund("A", 1900), Refund("B", 800), Fact(FactKind.OnHold, 0),
        ];
        var states = new HashSet<string>();
        Arrange([1, 1, 1, 1, 1, 1], [], order => states.Add(Describe(order.Select(i => facts[i]))));
        var state = Assert.Single(states);
        Assert.Contains("conflicting-facts", state, StringComparison.Ordinal);
        Assert.Contains("over-refund", state, StringComparison.Ordinal);
    }

    [Fact]
    public void More_refunded_than_paid_is_flagged_and_not_applied()
    {
        var summary = Sum(
            Fact(FactKind.Completed, 1000), Refund("C", 400) with { OccurredAt = Noon.AddMinutes(3) },
            Refund("B", 500) with { OccurredAt = Noon.AddMinutes(2) }, Refund("A", 600));
        Assert.Equal((1000, PaymentStatus.Refunded), (summary.Refunded, summary.Status));
        Assert.Equal(["over-refund"], summary.Flags);
    }

    [Fact]
    public void A_refund_in_another_currency_is_flagged_and_not_applied()
    {
        var summary = Sum(Fact(FactKind.Completed, 1000), Refund("A", 600) with { Currency = "USD" });
        Assert.Equal((0, 1000), (summary.Refunded, summary.Net));
        Assert.Equal(["currency-mismatch"], summary.Flags);
    }

    [Fact]
    public void A_refund_without_a_name_is_named_by_its_event()
    {
        var summary = Sum(
            Fact(FactKind.Completed, 1000), Refund(null, 100) with { EventId = "r1" },
            Refund(null, 100) with { EventId = "r2" }, Refund(null, 100) with { EventId = "r1" });
        Assert.Equal(200, summary.Refunded);
    }

    [Theory]
    [InlineData(FactKind.Completed, PaymentStatus.Completed, 1000)]
    [InlineData(FactKind.OnHold, PaymentStatus.OnHold, 0)]
    [InlineData(FactKind.Cancelled, PaymentStatus.Cancelled, 0)]
    public void One_fact_alone_gives_its_status(FactKind kind, PaymentStatus status, long net)
    {
        var summary = Sum(Fact(kind, 1000));
        Assert.Equal((status, net), (summary.Status, summary.Net));
    }

    [Fact]
    public void A_refund_before_its_payment_waits_for_it()
    {
        var early = Sum(Refund("A", 600));
        Assert.Equal((PaymentStatus.OnHold, 0), (early.Status, early.Net));
        Assert.Equal(["awaiting-payment"], early.Flags);
        var late = Sum(Refund("A", 600), Fact(FactKind.Completed, 1000));
        Assert.Equal((PaymentStatus.PartiallyRefunded, 400), (late.Status, late.Net));
        Assert.Empty(late.Flags);
    }

    [Fact]
    public void The_same_fact_again_is_no_change_at_all()
    {
        var facts = PaymentFacts.None.With(Fact(FactKind.Completed, 1000));
        Assert.Same(facts, facts.With(Fact(FactKind.Completed, 1000)));
    }

    private static PaymentSummary Sum(params PaymentFact[] facts) =>
        PaymentSummary.Of(facts.Aggregate(PaymentFacts.None, (all, fact) => all.With(fact)));

    private static string Describe(IEnumerable<PaymentFact> facts)
    {
        var all = facts.Aggregate(PaymentFacts.None, (known, fact) => known.With(fact));
        return Json.Write(all) + Json.Write(PaymentSummary.Of(all));
    }

    private static PaymentFact Fact(FactKind kind, long amount) => new()
    {
        Kind = kind,
        EventId = kind.ToString(),
        OccurredAt = Noon,
        Amount = amount,
        Currency = "EUR",
        Fingerprint = "fp",
    };

    private static PaymentFact Refund(string? refundId, long amount) => Fact(FactKind.Refunded, amount) with
    {
        RefundId = refundId,
        OccurredAt = Noon.AddMinutes(1),
    };

    // Every distinct order of facts of which some are left to be told so many times each.
    private static void Tell(int[] left, PaymentFact[] facts, PaymentFacts known, Action<PaymentFacts> use)
    {
        if (left.All(n => n == 0)) use(known);
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] == 0) continue;
            left[i]--;
            Tell(left, facts, known.With(facts[i]), use);
            left[i]++;
        }
    }

    // Every distinct order of things of which there are so many each.
    private static void Arrange(int[] left, List<int> order, Action<IReadOnlyList<int>> use)
    {
        if (left.All(n => n == 0)) use(order);
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] == 0) continue;
            left[i]--;
            order.Add(i);
            Arrange(left, order, use);
            order.RemoveAt(order.Count - 1);
            left[i]++;
        }
    }
}
