using CustomerFunctions.Orders.Domain;

namespace CustomerFunctions.Tests.Orders;

public sealed class OwnershipTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", 0, null)]
    [InlineData("zoe@0", 0, "zoe")]
    [InlineData("zoe@-400", 0, "zoe")]
    [InlineData("zoe@-2 adam@-1", 0, "adam")]
    [InlineData("zoe@-2 adam@-1", -1.5, "zoe")]
    [InlineData("zoe@-2 adam@1", 0, "zoe")]
    [InlineData("zoe@1 adam@2", 0, "zoe")]
    [InlineData("adam@2 zoe@1", 0, "zoe")]
    [InlineData("zoe@30", 0, "zoe")]
    [InlineData("zoe@30.01", 0, null)]
    [InlineData("zoe@-2 adam@-1 zoe@1", 2, "zoe")]
    [InlineData("zoe@-2 adam@-1 zoe@1", 0.5, "adam")]
    public void The_latest_link_before_a_payment_decides_else_the_earliest_after_it_within_thirty_days(
        string links, double paidOnDay, string? owner)
    {
        var known = links.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((text, i) =>
        {
            var parts = text.Split('@');
            return new FingerprintLink($"link-{i}", parts[0], Day(parts[1]));
        }).ToList();
        Assert.Equal(owner, Ownership.Decide(known, Noon.AddDays(paidOnDay))?.ProfileKey);
        known.Reverse();
        Assert.Equal(owner, Ownership.Decide(known, Noon.AddDays(paidOnDay))?.ProfileKey);
    }

    [Fact]
    public void Links_of_one_instant_are_decided_alike_in_any_order()
    {
        FingerprintLink[] links = [new("a", "zoe", Noon), new("b", "adam", Noon)];
        Assert.Equal("adam", Ownership.Decide(links, Noon)!.ProfileKey);
        Assert.Equal("adam", Ownership.Decide(links.Reverse(), Noon)!.ProfileKey);
        Assert.Equal("zoe", Ownership.Decide(links, Noon.AddDays(-1))!.ProfileKey);
        Assert.Equal("zoe", Ownership.Decide(links.Reverse(), Noon.AddDays(-1))!.ProfileKey);
    }

    private static DateTimeOffset Day(string text) =>
        Noon.AddDays(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
