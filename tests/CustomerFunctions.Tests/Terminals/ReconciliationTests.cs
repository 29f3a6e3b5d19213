using System.Collections.Immutable;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Tests.Terminals;

public sealed class ReconciliationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_to_do_is_no_intent() =>
        Assert.Null(Reconciliation.Plan(Having(Led("zoe", 25, 2500)), Led("zoe", 25, 2500), Noon, ["zoe"]));

    [Fact]
    public void A_refund_takes_back_the_difference_only()
    {
        var intent = Reconciliation.Plan(Having(Led("zoe", 25, 2500)), Led("zoe", 18, 2500, refunded: 700), Noon, ["zoe"])!;
        Assert.Equal([new PointsStep("zoe", "stars", 7, IsTakenBack: true)], intent.Points);
        Assert.Equal([new FigureStep("zoe", 0, 700, "EUR")], intent.Figures);
    }

    [Fact]
    public void Another_owner_gets_all_and_the_first_gives_all_back_before()
    {
        var intent = Reconciliation.Plan(Having(Led("zoe", 25, 2500)), Led("adam", 25, 2500), Noon, ["adam"])!;
        Assert.Equal(
            [
                new PointsStep("zoe", "stars", 25, IsTakenBack: true),
                new PointsStep("adam", "stars", 25, IsTakenBack: false),
            ],
            intent.Points);
        Assert.Equal(
            [new FigureStep("zoe", -2500, 0, "EUR"), new FigureStep("adam", 2500, 0, "EUR")], intent.Figures);
    }

    [Theory]
    [InlineData(0, true, 30, true)]
    [InlineData(-5, false, 0, true)]
    [InlineData(5, true, 30, true)]
    [InlineData(5, false, 30, false)]
    [InlineData(5, true, 4, false)]
    [InlineData(5, true, 5, true)]
    public void A_payment_linked_later_earns_only_where_the_program_says_so(
        int learnedDaysLater, bool isRetroactive, int days, bool earns)
    {
        var rate = new Rate("stars", 1, "Down", isRetroactive, days);
        Assert.Equal(earns, rate.Earns(Noon, Noon.AddDays(learnedDaysLater)));
    }

    private static Payment Having(Outcome outcome) => new()
    {
        Application = "shop",
        TransactionId = "t",
        KnownAt = Noon,
        Outcome = outcome,
    };

    private static Outcome Led(string profile, long points, long spent, long refunded = 0) => new()
    {
        ProfileKey = profile,
        Points = ImmutableSortedDictionary<string, long>.Empty.Add("stars", points),
        Spent = spent,
        Refunded = refunded,
        Currency = "EUR",
    };
}
