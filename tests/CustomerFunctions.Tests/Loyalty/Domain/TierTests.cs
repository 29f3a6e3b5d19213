using System.Globalization;
using CustomerFunctions.Loyalty.Domain;
using NodaTime;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>Silver from 100 points, Gold from 500, in Berlin.</summary>
public sealed class TierTests
{
    private const string NewYear = "2026-12-31T23:00:00Z";

    private static TierPolicy Policy(
        TierBasis basis, TierDowngrade downgrade, string? expiry = null, TierPeriod period = TierPeriod.Year) => new(
            Program().Tiers.Tiers, basis, period, downgrade, expiry is null ? null : RelativeTime.Parse(expiry),
            DateTimeZoneProviders.Tzdb["Europe/Berlin"]);

    private static Draft In(TierPolicy policy, string? now = null) =>
        Draft.On(Name, WalletState.Empty, policy, now is null ? Noon : Time(now));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static string? TierAt(Draft draft, string at) => Shown(draft, Time(at)).Tier;

    private static Balance Shown(Draft draft, DateTimeOffset at, TierPolicy? later = null) =>
        CustomerFunctions.Loyalty.Domain.Balance.Of(
            History.At(Name, draft.Entries, later ?? draft.Tiers, at, DateTimeOffset.MaxValue),
            Program() with { Tiers = later ?? draft.Tiers }, "all", at);

    [Theory]
    // A customer with 500 points spends 450 on 2 March 2026: what are they at once, and after the year?
    [InlineData(TierBasis.Active, TierDowngrade.Never, "Gold", "Gold", "Gold")]
    [InlineData(TierBasis.Active, TierDowngrade.OnBalance, null, null, null)]
    [InlineData(TierBasis.Active, TierDowngrade.OneStep, "Gold", "Silver", null)]
    [InlineData(TierBasis.Active, TierDowngrade.EndOfPeriod, "Gold", null, null)]
    // Spending is no matter where earning counts. What was earned in 2026 holds through 2027 when reviewed.
    [InlineData(TierBasis.Earned, TierDowngrade.Never, "Gold", "Gold", "Gold")]
    [InlineData(TierBasis.Earned, TierDowngrade.OnBalance, "Gold", null, null)]
    [InlineData(TierBasis.Earned, TierDowngrade.OneStep, "Gold", "Gold", "Silver")]
    [InlineData(TierBasis.Earned, TierDowngrade.EndOfPeriod, "Gold", "Gold", null)]
    public void Falling(
        TierBasis basis, TierDowngrade downgrade, string? atOnce, string? nextYear, string? theYearAfter)
    {
        var wallet = In(Policy(basis, downgrade)).Add(500).At(Noon.AddDays(1)).Deduct(450).Value;
        Assert.Equal("Gold", TierAt(wallet, "2026-03-02T11:59:59Z"));
        Assert.Equal(atOnce, TierAt(wallet, "2026-03-02T12:00:00Z"));
        Assert.Equal(atOnce, TierAt(wallet, "2026-12-31T22:59:59Z"));
        Assert.Equal(nextYear, TierAt(wallet, NewYear));
        Assert.Equal(theYearAfter, TierAt(wallet, "2027-12-31T23:00:00Z"));
        Assert.Null(wallet.At(Time("2030-01-01T00:00:00Z")).Verify().FirstBad);
    }

    [Theory]
    [InlineData(TierBasis.Active)]
    [InlineData(TierBasis.Earned)]
    public void Points_taken_back_count_no_longer_towards_a_tier(TierBasis basis)
    {
        var wallet = In(Policy(basis, TierDowngrade.OnBalance)).Add(500).At(Noon.AddDays(1)).TakeBack(401);
        Assert.Equal("Gold", TierAt(wallet, "2026-03-02T11:59:59Z"));
        Assert.Null(TierAt(wallet, "2026-03-02T12:00:00Z"));
        Assert.Equal(1, Shown(wallet, Noon.AddDays(1)).PointsToNextTier?.ToDecimal());
    }

    [Theory]
    [InlineData("1Y", "2027-03-01T11:59:59Z", "2027-03-01T12:00:00Z")]
    [InlineData("6M", "2026-09-01T10:59:59Z", "2026-09-01T11:00:00Z")]
    [InlineData("6M_U", "2026-09-30T21:59:58Z", "2026-09-30T21:59:59Z")]
    [InlineData("30D", "2026-03-31T10:59:59Z", "2026-03-31T11:00:00Z")]
    public void A_tier_expires_counted_from_when_it_was_reached(string expiry, string before, string then)
    {
        foreach (var (downgrade, tier) in new[]
        {
            (TierDowngrade.EndOfPeriod, null), (TierDowngrade.OneStep, "Silver"), (TierDowngrade.OnBalance, (string?)null),
        })
        {
            var wallet = In(Policy(TierBasis.Active, downgrade, expiry)).Add(500, expiry: "20D");
            if (downgrade == TierDowngrade.OnBalance) wallet = wallet.Add(500);
            Assert.Equal("Gold", TierAt(wallet, before));
            Assert.Equal(downgrade == TierDowngrade.OnBalance ? "Gold" : tier, TierAt(wallet, then));
        }
    }

    [Fact]
    public void A_tier_that_is_still_earned_when_it_expires_is_kept_for_as_long_again()
    {
        var wallet = In(Policy(TierBasis.Active, TierDowngrade.EndOfPeriod, "6M_U")).Add(500);
        Assert.Equal(Time("2026-09-30T21:59:59Z"), Shown(wallet, Noon).TierExpiresAt);
        var later = Shown(wallet, Time("2026-10-01T00:00:00Z"));
        Assert.Equal(("Gold", Noon, Time("2027-03-31T21:59:59Z")), (later.Tier, later.TierSince, later.TierExpiresAt));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    public void A_tier_that_expires_in_a_new_period_is_measured_by_that_period_however_few_points_it_brought(int points)
    {
        var wallet = In(Policy(TierBasis.Earned, TierDowngrade.EndOfPeriod, "1Y")).Add(500)
            .At(Time("2027-02-01T00:00:00Z"));
        if (points > 0) wallet = wallet.Add(points);
        Assert.Equal("Gold", TierAt(wallet, "2027-03-01T11:59:59Z"));
        Assert.Null(TierAt(wallet, "2027-03-01T12:00:00Z"));
    }

    [Theory]
    // 31 March 23:30 in Berlin, when it is 21:30 in universal time, is still the first quarter.
    [InlineData(TierPeriod.Month, "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z")]
    [InlineData(TierPeriod.Quarter, "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z")]
    [InlineData(TierPeriod.HalfYear, "2026-06-30T21:59:59Z", "2026-06-30T22:00:00Z")]
    [InlineData(TierPeriod.Year, "2026-12-31T22:59:59Z", NewYear)]
    public void Periods_end_at_local_midnight(TierPeriod period, string before, string then)
    {
        var wallet = In(Policy(TierBasis.Earned, TierDowngrade.OnBalance, null, period)).Add(120);
        Assert.Equal("Silver", TierAt(wallet, before));
        Assert.Null(TierAt(wallet, then));
        Assert.Equal(380, Shown(wallet, Time(before)).PointsToNextTier?.ToDecimal());
        Assert.Equal(100, Shown(wallet, Time(then)).PointsToNextTier?.ToDecimal());
        var after = wallet.At(Time(then)).Add(99);
        Assert.Null(TierAt(after, then));
        Assert.Equal("Silver", TierAt(after.Add(1), then));
    }

    [Fact]
    public void A_late_grant_counts_in_its_own_period_and_no_longer_when_that_is_over()
    {
        var wallet = In(Policy(TierBasis.Earned, TierDowngrade.EndOfPeriod)).Add(90).At(Time("2027-01-15T00:00:00Z"))
            .Add(95);
        Assert.Null(TierAt(wallet.Add(400, effectiveAt: Noon.AddDays(1)), "2027-01-15T00:00:00Z"));
        Assert.Equal("Silver", TierAt(
            wallet.Add(5, effectiveAt: Time("2026-12-31T23:00:00Z")), "2027-01-15T00:00:00Z"));
    }

    [Fact]
    public void A_tier_may_be_had_by_everyone_and_is_never_lost()
    {
        var policy = Policy(TierBasis.Active, TierDowngrade.EndOfPeriod, "6M") with
        {
            Tiers = [new Tier("Basic", Points.Zero), .. Program().Tiers.Tiers],
        };
        var wallet = In(policy).Add(100, expiry: "1D");
        Assert.Equal(("Silver", "Gold"), (Shown(wallet, Noon).Tier, Shown(wallet, Noon).NextTier));
        Assert.Equal("Basic", TierAt(wallet, "2026-09-01T12:00:00Z"));
        Assert.Null(Shown(wallet, Noon.AddYears(1)).TierExpiresAt);
        Assert.Equal(("Basic", "Silver", 100m), Next(Shown(In(policy), Noon)));
        var settled = wallet.At(Noon.AddYears(20));
        Assert.Single(settled.Entries, e => e.Kind == EntryKind.TierReviewed);
        Assert.Null(settled.State.NextDueAt(policy));
        var monthly = In(policy with { Expiry = null, Period = TierPeriod.Month }).Add(100, expiry: "1D");
        Assert.Single(monthly.At(Noon.AddYears(20)).Entries, e => e.Kind == EntryKind.TierReviewed);
    }

    private static (string?, string?, decimal?) Next(Balance b) => (b.Tier, b.NextTier, b.PointsToNextTier?.ToDecimal());

    [Fact]
    public void What_is_missing_to_the_next_tier_is_told_and_nothing_at_the_top()
    {
        var wallet = In(Policy(TierBasis.Active, TierDowngrade.OnBalance)).Add(99.99m);
        Assert.Equal((null, "Silver", 0.01m), Next(Shown(wallet, Noon)));
        Assert.Equal(("Silver", "Gold", 400m), Next(Shown(wallet.Add(0.01m), Noon)));
        Assert.Equal(("Gold", null, null), Next(Shown(wallet.Add(1_000), Noon)));
    }

    [Fact]
    public void Points_in_all_ledgers_count_and_pending_ones_do_not_before_they_start()
    {
        var wallet = In(Policy(TierBasis.Active, TierDowngrade.OnBalance)).Add(60).Add(39, ledger: "extra").Add(1, "1h");
        Assert.Null(TierAt(wallet, "2026-03-01T12:59:59Z"));
        Assert.Equal("Silver", TierAt(wallet, "2026-03-01T13:00:00Z"));
    }

    [Fact]
    public void The_past_shows_the_tier_that_was_had_then()
    {
        var wallet = In(Policy(TierBasis.Active, TierDowngrade.OnBalance)).Add(100).At(Noon.AddDays(1)).Add(400)
            .At(Noon.AddDays(2)).Deduct(500).Value;
        Assert.Equal([null, "Silver", "Gold", null], new[] { -1, 0, 1, 2 }.Select(d => Shown(wallet, Noon.AddDays(d)).Tier));
        Assert.Equal(Noon.AddDays(1), Shown(wallet, Noon.AddDays(1.5)).TierSince);
    }

    [Theory]
    [InlineData(TierDowngrade.Never)]
    [InlineData(TierDowngrade.OnBalance)]
    [InlineData(TierDowngrade.EndOfPeriod)]
    public void When_points_end_as_others_begin_nobody_had_both_and_nobody_was_without(TierDowngrade downgrade)
    {
        var wallet = In(Policy(TierBasis.Active, downgrade)).Add(300, expiry: "2026-03-01T12:59:59Z", ledger: "b")
            .Add(100, "1h", ledger: "a").Add(200, "1h", ledger: "c").At(Noon.AddHours(2));
        Assert.Equal("Silver", wallet.State.Standing.Tier);
        Assert.Equal(Noon, wallet.State.Standing.Since);
        Assert.Single(wallet.Entries, e => e.Standing is not null);
    }

    [Fact]
    public void A_tier_that_the_program_gets_later_counts_as_reached_at_once()
    {
        var wallet = In(Policy(TierBasis.Active, TierDowngrade.OnBalance)).Add(600);
        var later = wallet.Tiers with { Tiers = [.. wallet.Tiers.Tiers, new Tier("Platinum", Points.From(600))] };
        Assert.Equal("Platinum", Shown(wallet, Noon, later).Tier);
        Assert.Null(Shown(wallet, Noon, later).TierSince);
    }

    [Theory]
    [InlineData(TierDowngrade.OnBalance)]
    [InlineData(TierDowngrade.EndOfPeriod)]
    public void A_tier_that_was_renamed_or_removed_is_the_highest_that_the_figure_gives(TierDowngrade downgrade)
    {
        var wallet = In(Policy(TierBasis.Active, downgrade)).Add(500);
        var renamed = wallet.Tiers with { Tiers = [wallet.Tiers.Tiers[0], new Tier("Oro", Points.From(500))] };
        var removed = wallet.Tiers with { Tiers = [wallet.Tiers.Tiers[0]] };
        Assert.Equal(("Oro", null, null), Next(Shown(wallet, Noon, renamed)));
        Assert.Equal(("Silver", null, null), Next(Shown(wallet, Noon, removed)));
        var goesOn = Draft.On(Name, wallet.State, removed, Noon) with { Entries = wallet.Entries };
        Assert.Equal("Silver", goesOn.Add(1).State.Standing.Tier);
        Assert.Null(goesOn.Add(1).At(Noon.AddYears(3)).Verify().FirstBad);
    }
}
