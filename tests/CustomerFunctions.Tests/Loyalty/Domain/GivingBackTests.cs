using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

public sealed class GivingBackTests
{
    private static readonly Origin Order = new("person", "k");

    [Fact]
    public void What_was_taken_last_comes_back_first_and_to_its_own_lot()
    {
        var spent = Empty().Add(10, expiry: "1D").Add(10).Deduct(15).Value;
        var some = Give(spent, 5).Value;
        Assert.Equal([(10m, null)], Open(some));
        var all = Give(some, 10).Value;
        Assert.Equal([(10m, Noon.AddDays(1)), (10m, null)], Open(all).OrderBy(l => l.Expiry is null));
        Assert.Null(all.Verify().FirstBad);
    }

    [Fact]
    public void To_lots_that_have_ended_points_come_back_ended()
    {
        var spent = Empty().Add(10, expiry: "1D").Add(10).Deduct(15).Value.At(Noon.AddDays(2));
        var all = Give(spent, 99).Value;
        Assert.Equal((10m, 0m, 0m), all.Figures());
        Assert.Null(all.Verify().FirstBad);
    }

    [Fact]
    public void Nothing_comes_back_that_was_not_spent()
    {
        var all = Give(Empty().Add(10).Deduct(4).Value, 99).Value;
        Assert.Equal((10m, 0m, 0m), all.Figures());
        Assert.Equal("nothing-spent", Give(all, 1).Error!.Code);
        Assert.Equal("nothing-spent", Give(Empty().Add(10), 1).Error!.Code);
    }

    [Fact]
    public void A_deduction_comes_back_either_by_itself_or_with_its_order()
    {
        var spent = Empty().Add(10).Deduct(4).Value.Deduct(3).Value;
        Assert.Equal("already-reversed", Give(spent, 1).Value.Undo(2).Error!.Code);
        var undone = spent.Undo(2).Value;
        Assert.Equal((10m, 0m, 0m), Give(undone, 99).Value.Figures());
        Assert.Null(Give(undone, 99).Value.Verify().FirstBad);
    }

    [Fact]
    public void What_had_been_owed_comes_back_first_and_pays_the_debt()
    {
        var owing = Empty().Add(10).Correct(15).Value;
        Assert.Equal((0m, 0m, 5m), owing.Figures());
        Assert.Equal((0m, 0m, 0m), Give(owing, 5).Value.Figures());
        Assert.Equal((10m, 0m, 0m), Give(Give(owing, 5).Value, 10).Value.Figures());
    }

    [Fact]
    public void Any_parts_end_where_the_whole_does()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var wallet = Empty();
            for (var i = 0; i < 4; i++)
                wallet = wallet.Add(random.Next(1, 40), expiry: ((string[])["1D", "5D", "unlimited"])[random.Next(3)]);
            for (var i = 0; i < 3; i++)
                if (wallet.Deduct(random.Next(1, 30)).Try(out var next, out _)) wallet = next;
            if (random.Next(2) == 0) wallet = wallet.At(Noon.AddDays(random.Next(7)));
            var spent = OriginSpending.Of(Order, "main", Past.Of(Name, wallet.Entries)).Spent.ToDecimal();
            var whole = Give(wallet, spent).Value;
            var parts = wallet;
            for (var left = spent; left > 0;)
            {
                var part = Math.Min(left, random.Next(1, 20));
                parts = Give(parts, part).Value;
                left -= part;
            }

            Assert.Equal(Open(whole).Order(), Open(parts).Order());
            Assert.Equal(whole.Figures(), parts.Figures());
            Assert.Null(parts.Verify().FirstBad);
        }
    }

    [Fact]
    public void A_forged_entry_that_gives_back_more_is_found()
    {
        var given = Give(Empty().Add(10).Deduct(4).Value, 4).Value;
        var forged = given.With(given.Entries[^1] with { ChangeId = "another" });
        Assert.Equal("I5", forged.Verify().FirstBad!.Rule);
    }

    private static Result<Draft> Give(Draft draft, decimal points) => GivingBack.Of(
        draft, Past.Of(Name, draft.Entries), new GiveBack(Points.From(points), Order, "test"), NewStamp());

    private static List<(decimal Points, DateTimeOffset? Expiry)> Open(Draft draft) =>
        [.. draft.State.Lots.Select(l => (l.Remaining.ToDecimal(), l.Expiry))];
}
