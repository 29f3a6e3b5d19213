using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Tests.Orders;

public sealed class PointsBackTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Asking Asking = new("s-1", "shop", "application:shop", "key", Noon);

    /// <summary>1×100 + 2×200 + 3×300 euros, a point for each.</summary>
    private static readonly SessionLine[] Lines = [Line(1, 10_000), Line(2, 20_000), Line(3, 30_000)];

    [Theory]
    [InlineData("1:1", 100)]
    [InlineData("2:1", 200)]
    [InlineData("3:3", 900)]
    [InlineData("1:1 2:1", 300)]
    [InlineData("1:1 2:2 3:3", 1400)]
    public void What_comes_back_is_what_the_returned_lines_have_earned(string lines, int points) =>
        Assert.Equal(points * 100, Walk(Closed(0), [lines]).Taken);

    [Fact]
    public void Any_grouping_of_returns_ends_where_one_return_of_everything_does()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var session = Closed(random.Next(0, 140_000), random.Next(0, 50_000), random.Next(0, 3));
            var units = Lines.SelectMany((l, i) => Enumerable.Repeat(i + 1, (int)l.Quantity)).ToArray();
            random.Shuffle(units);
            var groups = new List<string>();
            for (var at = 0; at < units.Length;)
            {
                var some = units.Skip(at).Take(random.Next(1, units.Length)).ToList();
                groups.Add(string.Join(' ', some.GroupBy(l => l).Select(g => $"{g.Key}:{g.Count()}")));
                at += some.Count;
            }

            var parts = Walk(session, groups);
            var whole = Walk(session, ["1:1 2:2 3:3"]);
            Assert.Equal(whole, parts);
            // That is all that was earned and spent, and the whole price.
            Assert.Equal((session.Share.NetEarned, session.Share.Spent), (parts.Taken, parts.Given));
            Assert.Equal(session.Session.Content.Total, parts.Refunded);
        }
    }

    [Fact]
    public void What_the_policy_does_not_allow_is_not_asked_for_again()
    {
        var (session, share) = Closed(0);
        // Of 1,400 only 100 could be taken back at first.
        var first = Return(session, share, "3:3", allowed: 10_000);
        Assert.Equal((90_000, 10_000), (first.Session.Tallies[0].Called, first.Session.Tallies[0].Taken));
        var second = Return(first.Session, share with { NetEarned = share.NetEarned - 10_000 }, "1:1 2:2", long.MaxValue);
        Assert.Equal(60_000, second.Session.Tallies[0].Taken);
        Assert.Equal(140_000, second.Session.Tallies[0].Called);
    }

    [Fact]
    public void Points_that_were_granted_in_its_name_come_back_in_proportion()
    {
        var (session, share) = Closed(0);
        share = share with { NetEarned = share.NetEarned + 1_400 };
        Assert.Equal(10_000 + 100, Return(session, share, "1:1", long.MaxValue).Session.Tallies[0].Taken);
    }

    private static SessionLine Line(long quantity, long price) =>
        new($"{price}", null, null, quantity, price, new Dictionary<string, System.Text.Json.JsonElement>());

    private static (Session Session, WalletShare Share) Closed(long discount, long spent = 0, int rounding = 0)
    {
        var content = new SessionContent
        {
            Channel = SalesChannel.Online,
            Currency = "EUR",
            Items = [.. Lines],
            Discounts = [new SessionDiscount("off", discount)],
        };
        var rate = new EarnRate(1, ((string[])["Down", "Up", "Hundredths"])[rounding]);
        var request = new SessionRequest("closed", "zoe", null, content);
        var award = new Award("stars", "k", "main", PointsOf(rate, content.Total), rate);
        var next = SessionDecision.Next(null, request, new Customer("k", true), [award], Asking);
        var closed = SessionDecision.Complete(
            next, [.. next.Intent!.Points.Select(p => new PointsDone(p, p.Hundredths, null))]);
        return (closed, new WalletShare("stars", "k", "main", award.Hundredths, spent, 0));
    }

    private static (long Taken, long Given, long Refunded) Walk(
        (Session Session, WalletShare Share) at, IEnumerable<string> returns)
    {
        var (taken, given) = (0L, 0L);
        foreach (var lines in returns)
        {
            at = Return(at.Session, at.Share, lines, long.MaxValue) is var next ? (next.Session, next.Share) : at;
            (taken, given) = (at.Session.Tallies.Sum(t => t.Taken), at.Share.GivenBack);
        }

        return (taken, given, at.Session.GivenBack.Net);
    }

    private static (Session Session, WalletShare Share) Return(
        Session session, WalletShare share, string lines, long allowed)
    {
        // Lines and quantities have one digit each.
        var asked = lines.Split(' ').Select(l => new ReturnedLine(l[0] - '0', l[2] - '0'));
        var next = SessionReturns.Next(session, [.. asked], new ReturnKey(lines, ""), [share], PointsOf, Asking);
        var done = next.Intent!.Points.Select(p => new PointsDone(
            p, p.Kind == PointsStepKind.TakeBack ? Math.Min(p.Hundredths, allowed) : p.Hundredths, null)).ToList();
        return (
            SessionDecision.Complete(next, done),
            share with
            {
                NetEarned = share.NetEarned - done.Where(d => d.Step.Kind == PointsStepKind.TakeBack).Sum(d => d.Done),
                GivenBack = share.GivenBack + done.Where(d => d.Step.Kind == PointsStepKind.GiveBack).Sum(d => d.Done),
            });
    }

    private static long PointsOf(EarnRate rate, long netMinor) => rate.Rounding switch
    {
        "Down" => netMinor / 100 * 100,
        "Up" => (netMinor + 99) / 100 * 100,
        _ => netMinor,
    };
}
