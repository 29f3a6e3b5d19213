using System.Globalization;
using CsCheck;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;

namespace CustomerFunctions.Tests.Orders;

/// <summary>Links are written <c>customer@day</c>; those of admins begin with an exclamation mark, <c>!zoe@</c> for all
/// payments; what was cut begins with a minus.</summary>
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
        string links, double paidOnDay, string? owner) => AssertOwner(links, paidOnDay, owner);

    [Theory]
    [InlineData("!zoe@", 0, "zoe")]
    [InlineData("!zoe@ adam@-1", 0, "zoe")]
    [InlineData("!zoe@0 adam@0", 0, "zoe")]
    [InlineData("!zoe@1 adam@-1", 0, "adam")]
    [InlineData("!zoe@1", 0, null)]
    [InlineData("!zoe@ !adam@-1", 0, "adam")]
    [InlineData("!zoe@ !adam@1", 0, "zoe")]
    [InlineData("!zoe@-400 adam@1", 0, "zoe")]
    public void What_an_admin_said_of_a_card_comes_before_what_was_learned_and_the_latest_instant_before_others(
        string links, double paidOnDay, string? owner) => AssertOwner(links, paidOnDay, owner);

    [Theory]
    [InlineData("-zoe@0", 0, null)]
    [InlineData("zoe@-2 -adam@-1", 0, "zoe")]
    [InlineData("-zoe@-1 adam@1", 0, "adam")]
    [InlineData("-zoe@1 adam@2", 0, "adam")]
    [InlineData("-!zoe@ adam@1", 0, "adam")]
    [InlineData("-!zoe@-1 !adam@-2", 0, "adam")]
    public void What_was_cut_never_counts(string links, double paidOnDay, string? owner) =>
        AssertOwner(links, paidOnDay, owner);

    [Fact]
    public void Links_of_one_instant_are_decided_alike_in_any_order()
    {
        FingerprintLink[] links = [new("a", "zoe", Noon), new("b", "adam", Noon)];
        Assert.Equal("adam", Ownership.Decide(links, Noon)!.ProfileKey);
        Assert.Equal("adam", Ownership.Decide(links.Reverse(), Noon)!.ProfileKey);
        Assert.Equal("zoe", Ownership.Decide(links, Noon.AddDays(-1))!.ProfileKey);
        Assert.Equal("zoe", Ownership.Decide(links.Reverse(), Noon.AddDays(-1))!.ProfileKey);
    }

    [Fact]
    public void Of_two_words_for_payments_of_the_same_time_the_later_one_holds()
    {
        FingerprintLink[] links =
        [
            FingerprintLink.Given("zoe", null, Noon.AddDays(2), "a"),
            FingerprintLink.Given("adam", null, Noon.AddDays(1), "a"),
        ];
        Assert.Equal("zoe", Ownership.Decide(links, Noon)!.ProfileKey);
        Assert.Equal("zoe", Ownership.Decide(links.Reverse(), Noon)!.ProfileKey);
    }

    [Fact]
    public void A_cut_reaches_what_was_known_by_then_and_of_its_customer_only()
    {
        var cut = new CardCut("zoe", Noon, "application:shop");
        Assert.Equal(cut, new FingerprintLink("a", "zoe", Noon).After(cut).Cut);
        Assert.Null(new FingerprintLink("a", "zoe", Noon.AddTicks(1)).After(cut).Cut);
        Assert.Null(new FingerprintLink("a", "adam", Noon).After(cut).Cut);
        Assert.Equal(cut, FingerprintLink.Given("zoe", Noon.AddYears(9), Noon, "a").After(cut).Cut);
        Assert.Equal(cut, new FingerprintLink("a", "zoe", Noon).After(cut with { At = Noon.AddDays(9) }).After(cut).Cut);
    }

    [Fact]
    public void Reading_may_stop_where_it_does_whatever_the_links_are() => Gen.Select(
        Gen.Select(Gen.Bool, Gen.Int[0, 3], Gen.Int[-40, 40], Gen.Int[0, 9], LinkOf).Array[0, 12], Gen.Int[-40, 40]).Sample(
        (links, day) =>
        {
            // As storage has them, without those that cannot decide.
            var stored = links.DistinctBy(CardRow.KeyOf).OrderBy(CardRow.KeyOf, StringComparer.Ordinal).ToList();
            var paidAt = Noon.AddDays(day);
            var read = new List<FingerprintLink>();
            foreach (var link in stored)
            {
                if (link.Since > paidAt + (link.Kind == LinkKind.Given ? TimeSpan.Zero : Ownership.Window)) continue;
                if (Ownership.IsDecided(read, link, paidAt)) break;
                read.Add(link);
            }

            Assert.Equal(Ownership.Decide(stored, paidAt), Ownership.Decide(read, paidAt));
        },
        iter: 20_000);

    private static FingerprintLink LinkOf(bool isGiven, int customer, int day, int id)
    {
        // Admins' words of one card are never of one instant.
        var link = isGiven
            ? FingerprintLink.Given($"c{customer}", day < -30 ? null : Noon.AddDays(day), Noon.AddSeconds(id), "a")
            : new FingerprintLink($"id-{id}", $"c{customer}", Noon.AddDays(day));
        return id == 0 ? link with { Cut = new CardCut(link.ProfileKey, Noon, "a") } : link;
    }

    private static void AssertOwner(string links, double paidOnDay, string? owner)
    {
        var known = links.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read).ToList();
        Assert.Equal(owner, Ownership.Decide(known, Noon.AddDays(paidOnDay))?.ProfileKey);
        known.Reverse();
        Assert.Equal(owner, Ownership.Decide(known, Noon.AddDays(paidOnDay))?.ProfileKey);
    }

    private static FingerprintLink Read(string text, int i)
    {
        var parts = text.TrimStart('-').Split('@');
        DateTimeOffset? at = parts[1].Length == 0 ? null : Day(parts[1]);
        var link = parts[0][0] == '!'
            ? FingerprintLink.Given(parts[0][1..], at, Noon.AddSeconds(i), "application:shop")
            : new FingerprintLink($"link-{i}", parts[0], at!.Value);
        return text[0] == '-' ? link with { Cut = new CardCut(link.ProfileKey, Noon, "application:shop") } : link;
    }

    private static DateTimeOffset Day(string text) => Noon.AddDays(double.Parse(text, CultureInfo.InvariantCulture));
}
