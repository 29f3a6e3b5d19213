using CustomerFunctions.Loyalty.Domain;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>Undoing entries and taking points back. Entry numbers are those of the commands, in order.</summary>
public sealed class ReturnsTests
{
    [Fact]
    public void A_deductions_points_come_back_to_their_own_lots_with_their_own_expiry()
    {
        var before = Empty().Add(10, expiry: "1D").Add(20, expiry: "2D").Add(30);
        var undone = before.Deduct(25).Value.Undo(4).Value;
        Assert.Equal(
            before.State.Lots.Select(l => (l.Id, l.Expiry, l.Remaining, l.AwardedAt)).Order(),
            undone.State.Lots.Select(l => (l.Id, l.Expiry, l.Remaining, l.AwardedAt)).Order());
        Assert.Equal((0m, 60m), (undone.Balance(Noon).Spent.ToDecimal(), undone.Balance(Noon).Active.ToDecimal()));
        Assert.Equal((50m, 0m, 0m), undone.Figures(Noon.AddDays(1).AddSeconds(1)));
        AssertSound(undone);
    }

    [Fact]
    public void Points_of_lots_that_ended_meanwhile_come_back_expired_and_the_entry_says_so()
    {
        var wallet = Empty().Add(10, expiry: "1D").Add(20).Deduct(15).Value.At(Noon.AddDays(3)).Undo(3).Value;
        var entry = wallet.Entries[^1];
        Assert.Equal(
            (10m, 5m), (entry.Allocations.Single(a => a.Debt == Allocation.Expired).Points.ToDecimal(),
            entry.Grants!.Single().Points.ToDecimal()));
        Assert.Equal((20m, 0m, 0m), wallet.Figures());
        Assert.Equal(10, wallet.Balance(wallet.Now).Expired.ToDecimal());
        AssertSound(wallet);
    }

    [Theory]
    [InlineData(86_400, 10)]
    [InlineData(86_401, 0)]
    public void A_lot_can_come_back_through_its_very_last_second(int seconds, int active) => Assert.Equal(
        active, Empty().Add(10, expiry: "1D").Deduct(10).Value.At(Noon.AddSeconds(seconds)).Undo(2).Value.Figures().Active);

    [Fact]
    public void An_entry_is_undone_once_and_the_refusal_names_the_entry_that_did()
    {
        var wallet = Empty().Add(10).Deduct(5).Value.Undo(2).Value;
        var refused = wallet.Undo(2).Error!;
        Assert.Equal(("already-reversed", 3L), (refused.Code, refused.Details["entry"]));
        Assert.Equal("already-reversed", wallet.Undo(1).Value.Undo(1).Error?.Code);
    }

    [Theory]
    [InlineData(3, "not-reversible")]
    [InlineData(5, "not-reversible")]
    [InlineData(99, "not-found")]
    public void Only_grants_and_deductions_can_be_undone(long seq, string code)
    {
        var wallet = Empty().Add(10, expiry: "1h").Deduct(5).Value.At(Noon.AddHours(2)).Add(5).TakeBack(1);
        Assert.Equal((EntryKind.Expired, EntryKind.Reversed), (wallet.Entries[2].Kind, wallet.Entries[4].Kind));
        Assert.Equal(code, wallet.Undo(seq).Error?.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_grant_that_is_partly_spent_takes_other_active_points_for_what_is_missing(bool allowNegative)
    {
        var wallet = Empty().Add(30, expiry: "1D").Add(20).Deduct(25).Value.Undo(1, allowNegative);
        Assert.True(wallet.IsOk == allowNegative);
        if (!wallet.IsOk)
        {
            Assert.Equal("insufficient-points", wallet.Error.Code);
            Assert.Equal(new BalanceAfter(Points.From(25), default, default), wallet.Error.Details["balance"]);
            return;
        }

        Assert.Equal((0m, 0m, 5m), wallet.Value.Figures());
        AssertSound(wallet.Value);
        var enough = Empty().Add(30, expiry: "1D").Add(20).Deduct(15).Value.Undo(1).Value;
        Assert.Equal((5m, 0m, 0m), enough.Figures());
    }

    [Fact]
    public void Pending_points_of_others_are_never_taken_for_a_grant() => Assert.Equal(
        "insufficient-points", Empty().Add(30).Add(50, "1D").Deduct(1).Value.Undo(1).Error?.Code);

    [Fact]
    public void What_of_an_undone_grant_has_expired_counts_as_taken()
    {
        var wallet = Empty().Add(30, expiry: "1h").Add(100).Deduct(12).Value.At(Noon.AddDays(1)).Undo(1).Value;
        var entry = wallet.Entries[^1];
        Assert.Equal((12m, 18m), (entry.Points.ToDecimal(),
            entry.Allocations.Single(a => a.Debt == Allocation.Expired).Points.ToDecimal()));
        Assert.Equal((88m, 0m, 0m), wallet.Figures());
        AssertSound(wallet);
    }

    [Fact]
    public void Undoing_and_taking_back_together_take_no_more_than_was_earned()
    {
        var wallet = Empty().Add(20, origin: "a").Add(30, origin: "a").Add(100, origin: "b");
        foreach (var (wanted, taken) in new[]
        {
            (wallet.TakeBack(50, "a").Undo(2).Value, new[] { 50m, 0 }),
            (wallet.TakeBack(30, "a").Undo(2).Value.TakeBack(50, "a"), [30m, 20, 0]),
            (wallet.Undo(2).Value.TakeBack(50, "a"), [30m, 20]),
            (wallet.TakeBack(45, "a").Undo(1).Value.Undo(2).Value, [45m, 5, 0]),
        })
        {
            Assert.Equal(taken, wanted.Entries.Skip(3).Select(e => e.Points.ToDecimal()));
            Assert.Equal((100m, 0m, 0m), wanted.Figures());
            AssertSound(wanted);
        }
    }

    [Fact]
    public void A_correction_may_leave_a_negative_balance_only_where_the_program_allows_that()
    {
        var wallet = Empty().Add(10);
        Assert.Equal("insufficient-points", wallet.Correct(15, allowNegative: false).Error?.Code);
        Assert.Equal((0m, 0m, 5m), wallet.Correct(15).Value.Figures());
        Assert.Equal((0m, 10m, 5m), wallet.Correct(15).Value.Add(10, "1h").Figures());
        Assert.Equal((5m, 0m, 0m), wallet.Correct(15).Value.Add(10).Figures());
    }

    [Fact]
    public void A_negative_balance_never_expires() =>
        Assert.Equal((0m, 0m, 5m), Empty().Correct(5).Value.Figures(Noon.AddYears(50)));

    [Fact]
    public void Undoing_a_correction_pays_the_debt_that_it_made()
    {
        var owing = Empty().Add(10).Correct(15).Value;
        var undone = owing.Undo(2).Value;
        Assert.Equal((10m, 0m, 0m), undone.Figures());
        AssertSound(undone);
    }

    [Fact]
    public void Undoing_a_correction_whose_debt_was_paid_gives_back_points_that_never_expire()
    {
        var wallet = Empty().Add(10).Correct(15).Value.Add(5, expiry: "1h").Undo(2).Value;
        Assert.Equal((15m, 0m, 0m), wallet.Figures());
        Assert.Equal((15m, 0m, 0m), wallet.Figures(Noon.AddYears(9)));
        Assert.Equal(["o", "k"], wallet.State.Lots.Select(l => l.Origin.Id).Order(StringComparer.Ordinal).Reverse());
        AssertSound(wallet);
    }

    [Fact]
    public void Points_that_come_back_pay_what_is_owed_by_others_first()
    {
        var wallet = Empty().Add(50, origin: "x").Deduct(40).Value.TakeBack(50, "x");
        Assert.Equal((0m, 0m, 40m), wallet.Figures());
        var undone = wallet.Undo(2).Value;
        Assert.Equal((0m, 0m, 0m), undone.Figures());
        AssertSound(undone);
    }

    [Fact]
    public void Awaiting_points_can_be_taken_back_and_their_grant_undone()
    {
        var wallet = Empty().Add(30, "on_action", "1D");
        Assert.Equal((0m, 0m, 0m), wallet.Undo(1).Value.Figures());
        Assert.Equal((0m, 10m, 0m), wallet.TakeBack(20, policy: ReturnPolicy.OnlyPending).Figures());
    }

    [Fact]
    public void Points_taken_back_after_they_expired_count_no_longer_towards_a_tier_by_points_earned()
    {
        var policy = Program().Tiers with { Basis = TierBasis.Earned };
        var wallet = Draft.On(Name, WalletState.Empty, policy, Noon).Add(100, expiry: "1h").At(Noon.AddDays(1));
        Assert.Equal("Silver", wallet.State.Standing.Tier);
        Assert.Null(wallet.TakeBack(100).State.Standing.Tier);
        Assert.Null(wallet.Undo(1).Value.State.Standing.Tier);
    }

    private static void AssertSound(Draft wallet)
    {
        Assert.Null(wallet.Verify().FirstBad);
        Assert.Equal(
            wallet.Balance(wallet.Now).Active, Expirations.Of(wallet.State, "all").Sum(e => e.Points));
        var told = Explanation.Of(
            Name, wallet.Entries, new Dictionary<long, EntryText>(), Program(),
            new ExplainQuery("all", wallet.Now, All: false, 100, 0));
        Assert.Equal(told.Active + told.Pending, told.Items.Sum(i => i.Remaining));
        Assert.All(told.Items, i => Assert.Equal(i.Remaining, i.History.Sum(h => h.Points)));
    }
}
