using CustomerFunctions.Loyalty.Domain;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

public sealed class LedgerRulesTests
{
    [Fact]
    public void Points_are_active_from_their_start_through_their_last_second()
    {
        var wallet = Empty().Add(50, "1h", "2026-03-01T15:00:00Z");
        foreach (var (at, active, pending, expired) in new[]
        {
            (Noon.AddSeconds(-1), 0m, 0m, 0m),
            (Noon, 0m, 50m, 0m),
            (Noon.AddHours(1).AddTicks(-1), 0m, 50m, 0m),
            (Noon.AddHours(1), 50m, 0m, 0m),
            (Noon.AddHours(3), 50m, 0m, 0m),
            (Noon.AddHours(3).AddMilliseconds(999), 50m, 0m, 0m),
            (Noon.AddHours(3).AddSeconds(1).AddTicks(-1), 50m, 0m, 0m),
            (Noon.AddHours(3).AddSeconds(1), 0m, 0m, 50m),
        })
        {
            var balance = wallet.Balance(at);
            Assert.Equal((active, pending, expired),
                (balance.Active.ToDecimal(), balance.Pending.ToDecimal(), balance.Expired.ToDecimal()));
        }
    }

    [Fact]
    public void Spending_takes_the_soonest_expiry_first_unlimited_last_and_among_equals_the_oldest_award()
    {
        var wallet = Empty().Add(10).Add(10, expiry: "2D").At(Noon.AddMinutes(1)).Add(10, expiry: "1D")
            .Add(10, expiry: "2026-03-03T12:00:00Z").Add(10);
        var spent = wallet.Deduct(45).Value.Entries[^1];
        var order = spent.Allocations.Select(a => wallet.State.Lots.Single(l => l.Id == a.Lot).Seq);
        Assert.Equal([3, 2, 4, 1, 5], order);
        Assert.Equal(5, spent.Allocations[^1].Points.ToDecimal());
    }

    [Fact]
    public void Of_lots_that_expire_together_one_awarded_earlier_is_spent_first_though_it_was_recorded_later()
    {
        var wallet = Empty().At(Noon.AddHours(2)).Add(10).Add(10, effectiveAt: Noon.AddHours(1));
        Assert.Equal(wallet.State.Lots[1].Id, Assert.Single(wallet.Deduct(5).Value.Entries[^1].Allocations).Lot);
    }

    [Fact]
    public void Deducting_more_than_is_active_is_refused_with_the_balance_and_changes_nothing()
    {
        var wallet = Empty().Add(10).Add(90, "1h").Add(50, ledger: "extra");
        var refused = wallet.Deduct(10.01m);
        Assert.Equal("insufficient-points", refused.Error?.Code);
        Assert.Equal(new BalanceAfter(Points.From(10), Points.From(90), Points.Zero),
            refused.Error?.Details["balance"]);
        Assert.True(wallet.Deduct(10).IsOk);
    }

    [Fact]
    public void An_expiry_that_is_not_after_the_start_is_refused()
    {
        var grant = new Grant(Points.From(1), new Origin("person", "k"), "test")
        {
            Start = StartRule.Parse("1D"),
            Expiry = ExpiryRule.Parse("2026-03-02T12:00:00Z"),
        };
        Assert.Equal("/expiry", LedgerRules.Add(Empty(), grant, Program(), NewStamp()).Error!.Fields[0].Pointer);
    }

    [Fact]
    public void Taking_back_prefers_pending_then_own_active_then_others_then_a_negative_balance()
    {
        var wallet = Empty().Add(30, origin: "a").Add(20, "1h", origin: "a").Add(10, origin: "b");
        Assert.Equal([2], Taken(wallet.TakeBack(20, "a")));
        Assert.Equal([2, 1], Taken(wallet.TakeBack(50, "a")));
        var after = wallet.Deduct(35).Value.TakeBack(50, "a");
        Assert.Equal(new BalanceAfter(Points.Zero, Points.Zero, Points.From(25)), after.Entries[^1].BalanceAfter);
        Assert.Null(after.Verify().FirstBad);

        long[] Taken(Draft d) =>
            [.. d.Entries[^1].Allocations.Select(a => wallet.State.Lots.Single(l => l.Id == a.Lot).Seq)];
    }

    [Theory]
    [InlineData(ReturnPolicy.OnlyPending, 15, 0, 0)]
    [InlineData(ReturnPolicy.WithinBalance, 0, 0, 0)]
    [InlineData(ReturnPolicy.Unlimited, 0, 0, 15)]
    public void The_return_policy_bounds_what_is_taken_back(ReturnPolicy policy, int active, int pending, int negative)
    {
        var wallet = Empty().Add(30).Add(20, "1h").Deduct(15).Value.TakeBack(50, policy: policy);
        Assert.Equal(
            new BalanceAfter(Points.From(active), Points.From(pending), Points.From(negative)),
            wallet.Entries[^1].BalanceAfter);
    }

    [Fact]
    public void Points_that_expired_before_they_were_taken_back_are_not_taken_twice()
    {
        var wallet = Empty().Add(30, expiry: "1h", origin: "a").Add(100, origin: "b").At(Noon.AddHours(2));
        var half = wallet.TakeBack(10, "a");
        var whole = half.TakeBack(20, "a");
        Assert.Equal(100, whole.Balance(Noon.AddHours(2)).Active.ToDecimal());
        Assert.Equal(Points.Zero, whole.Entries[^1].Points);
        Assert.Null(whole.Verify().FirstBad);
    }

    [Fact]
    public void A_negative_balance_is_paid_by_the_next_active_points_oldest_debt_first()
    {
        var owing = Empty().Add(50, origin: "x").Deduct(50).Value.TakeBack(30, "x").TakeBack(20, "x");
        Assert.Equal(50, owing.Balance(Noon).Negative.ToDecimal());
        var pending = owing.Add(40, "1h");
        Assert.Equal((0m, 40m, 50m), Figures(pending.Balance(Noon)));
        Assert.Equal((0m, 0m, 10m), Figures(pending.Balance(Noon.AddHours(1))));
        var paid = pending.At(Noon.AddHours(1)).Add(25);
        Assert.Equal((15m, 0m, 0m), Figures(paid.Balance(Noon.AddHours(1))));
        Assert.Null(paid.Verify().FirstBad);

        static (decimal, decimal, decimal) Figures(Balance b) =>
            (b.Active.ToDecimal(), b.Pending.ToDecimal(), b.Negative.ToDecimal());
    }

    [Fact]
    public void A_late_grant_changes_past_balances_but_no_past_deduction()
    {
        var wallet = Empty().Add(20, expiry: "10D").At(Noon.AddDays(2)).Deduct(15).Value.At(Noon.AddDays(3));
        var late = wallet.Add(10, expiry: "1D", effectiveAt: Noon.AddHours(1));
        Assert.Equal(30, late.Balance(Noon.AddDays(1)).Active.ToDecimal());
        Assert.Equal(5, late.Balance(Noon.AddDays(2)).Active.ToDecimal());
        Assert.Equal(10, late.At(Noon.AddDays(3)).Balance(Noon.AddDays(3)).Expired.ToDecimal());
        var before = History.At(Name, late.Entries, late.Tiers, Noon.AddDays(1), asKnownAt: Noon.AddDays(2));
        Assert.Equal(20, before.BalanceOf("main").Active.ToDecimal());
        var known = History.At(Name, late.Entries, late.Tiers, Noon.AddDays(1), asKnownAt: Noon.AddDays(3));
        Assert.Equal(30, known.BalanceOf("main").Active.ToDecimal());
    }

    [Fact]
    public void Settling_late_or_often_writes_the_same_entries()
    {
        var start = Empty().Add(10, "1h", "1D").Add(20, "1h", "2D").Add(5, expiry: "1D_U", ledger: "extra").Add(7, "3D");
        var late = start.At(Noon.AddDays(5));
        var often = start;
        for (var hour = 1; hour <= 120; hour++) often = often.At(Noon.AddHours(hour));
        Assert.Equal(late.Entries.Select(e => e.Hash), often.Entries.Select(e => e.Hash));
        Assert.Equal(9, late.Entries.Length);
        Assert.Null(late.Verify().FirstBad);
    }

    [Fact]
    public void Subledgers_need_a_program_that_has_them()
    {
        var grant = new Grant(Points.From(1), new Origin("person", "k"), "test") { Ledger = "extra" };
        var off = Program() with { Subledgers = false };
        Assert.Equal("subledgers-off", LedgerRules.Add(Empty(), grant, off, NewStamp()).Error?.Code);
    }

    [Theory]
    [InlineData(1990, "EUR", 1, EarnRounding.Down, 19)]
    [InlineData(1990, "EUR", 1, EarnRounding.Up, 20)]
    [InlineData(1950, "EUR", 1, EarnRounding.Nearest, 20)]
    [InlineData(1949, "EUR", 1, EarnRounding.Nearest, 19)]
    [InlineData(2050, "EUR", 1, EarnRounding.Nearest, 21)]
    [InlineData(1990, "EUR", 1, EarnRounding.Hundredths, 19.9)]
    [InlineData(1999, "EUR", 0.1, EarnRounding.Hundredths, 1.99)]
    [InlineData(long.MaxValue, "EUR", 1000, EarnRounding.Down, 999_999_999_999.99)]
    [InlineData(1990, "JPY", 0.1, EarnRounding.Down, 199)]
    [InlineData(1990, "KWD", 10, EarnRounding.Down, 19)]
    [InlineData(2190, "EUR", 0.1, EarnRounding.Down, 2)]
    [InlineData(0, "EUR", 1, EarnRounding.Up, 0)]
    [InlineData(-500, "EUR", 1, EarnRounding.Down, 0)]
    public void Points_for_money(long net, string currency, double rate, EarnRounding rounding, double points) =>
        Assert.Equal((decimal)points, new EarnRule((decimal)rate, rounding).PointsFor(net, currency).ToDecimal());
}
