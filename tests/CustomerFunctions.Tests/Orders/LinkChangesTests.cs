using CustomerFunctions.Orders.Domain;

namespace CustomerFunctions.Tests.Orders;

public sealed class LinkChangesTests
{
    private const string By = "application:shop";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Zoe = ["zoe", "zoe-before-a-merge"];

    [Fact]
    public void Saying_the_same_again_is_no_change()
    {
        var given = LinkChanges.Give([], Zoe, null, Noon, By);
        Assert.Equal(("zoe", null, Noon, By), (given.ProfileKey, given.From, given.EvidenceAt, given.By));
        Assert.Same(given, LinkChanges.Give([given], Zoe, null, Noon.AddDays(1), "person:other"));
    }

    [Fact]
    public void What_was_said_of_a_merged_customer_holds_for_who_stays()
    {
        var before = FingerprintLink.Given("zoe-before-a-merge", null, Noon, By);
        Assert.Same(before, LinkChanges.Give([before], Zoe, null, Noon.AddDays(1), By));
    }

    [Fact]
    public void Another_instant_is_another_link()
    {
        var given = LinkChanges.Give([], Zoe, null, Noon, By);
        Assert.NotEqual(given.LinkId, LinkChanges.Give([given], Zoe, Noon, Noon, By).LinkId);
    }

    [Fact]
    public void What_is_said_later_prevails_whatever_the_clock_says()
    {
        var zoe = LinkChanges.Give([], Zoe, null, Noon, By);
        var adam = LinkChanges.Give([zoe], ["adam"], null, Noon.AddHours(-1), By);
        Assert.Equal("adam", Ownership.Decide([zoe, adam], Noon)!.ProfileKey);
        var again = LinkChanges.Give([zoe, adam], Zoe, null, Noon.AddHours(-2), By);
        Assert.Equal("zoe", Ownership.Decide([zoe, adam, again], Noon)!.ProfileKey);
        Assert.Equal(3, new[] { zoe, adam, again }.Select(l => l.LinkId).Distinct().Count());
    }

    [Fact]
    public void A_cut_reaches_all_that_ties_the_two_even_what_is_dated_later_by_another_clock()
    {
        FingerprintLink[] links =
        [
            FingerprintLink.Given("zoe-before-a-merge", null, Noon, By), new("a", "zoe", Noon.AddSeconds(2)),
            new("b", "adam", Noon),
        ];
        var cuts = LinkChanges.Cut(links, Zoe, Noon.AddSeconds(1), By);
        Assert.Equal(["zoe-before-a-merge", "zoe"], cuts.Select(c => c.ProfileKey));
        var after = links.Select(l => cuts.Aggregate(l, (link, cut) => link.After(cut))).ToList();
        Assert.Equal([true, true, false], after.Select(l => l.Cut is not null));
        Assert.Empty(LinkChanges.Cut(after, Zoe, Noon.AddDays(1), By));
    }

    [Fact]
    public void After_a_cut_the_same_word_ties_again_also_within_the_same_instant()
    {
        var given = LinkChanges.Give([], Zoe, null, Noon, By);
        var cut = LinkChanges.Cut([given], Zoe, Noon, By).Single();
        var again = LinkChanges.Give([given.After(cut)], Zoe, null, Noon, By);
        Assert.Null(again.After(cut).Cut);
        Assert.Equal("zoe", Ownership.Decide([given.After(cut), again.After(cut)], Noon)!.ProfileKey);
    }
}
