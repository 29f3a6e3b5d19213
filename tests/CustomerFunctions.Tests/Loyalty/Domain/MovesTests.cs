using System.Globalization;
using CustomerFunctions.Loyalty.Domain;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>Activation, extension, transfers, and what is told of a wallet.</summary>
public sealed class MovesTests
{
    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    [Theory]
    // Points granted on 1 March and activated on the 11th at noon, universal time.
    [InlineData("unlimited", null)]
    [InlineData("1D", "2026-03-12T12:00:00Z")]
    [InlineData("1M_U", "2026-04-30T21:59:59Z")]
    [InlineData("2026-12-24T10:00:00Z", "2026-12-24T10:00:00Z")]
    public void Awaiting_points_last_as_long_as_they_should_counted_from_their_activation(string expiry, string? end)
    {
        var wallet = Empty().Add(30, "on_action", expiry).At(Noon.AddDays(10));
        Assert.Equal((0m, 30m, 0m), wallet.Figures());
        var active = wallet.Activate(seq: 1).Value;
        Assert.Equal((30m, 0m, 0m), active.Figures());
        Assert.Equal((0m, 30m, 0m), active.Figures(Noon.AddDays(10).AddTicks(-1)));
        Assert.Equal(end is null ? null : Time(end), active.State.Lots[0].Expiry);
        Assert.Null(active.At(Noon.AddYears(1)).Verify().FirstBad);
    }

    [Fact]
    public void Awaiting_points_with_a_fixed_end_expire_though_nobody_activated_them()
    {
        var wallet = Empty().Add(30, "on_action", "2026-03-01T13:00:00Z").At(Noon.AddHours(2));
        Assert.Equal((0m, 0m, 0m), wallet.Figures());
        Assert.Equal("nothing-awaits", wallet.Activate(seq: 1).Error?.Code);
    }

    [Fact]
    public void Points_that_would_end_before_they_begin_are_not_activated()
    {
        var wallet = Empty().Add(30, "on_action", "0D_D").At(Noon.AddHours(2));
        Assert.Equal("expiry-passed", wallet.Activate(seq: 1).Error?.Code);
    }

    [Fact]
    public void A_sessions_points_are_activated_in_every_ledger_and_pay_what_is_owed()
    {
        var wallet = Empty().Correct(5).Value.Add(30, "on_action", origin: "s").Add(7, "on_action", ledger: "extra", origin: "s")
            .Add(9, "on_action", origin: "t").Add(1, "1D", origin: "s");
        var active = wallet.Activate(origin: "s").Value;
        Assert.Equal((25m, 10m, 0m), active.Figures(ledger: "main"));
        Assert.Equal((7m, 0m, 0m), active.Figures(ledger: "extra"));
        Assert.Equal("nothing-awaits", active.Activate(origin: "s").Error?.Code);
        Assert.Null(active.Verify().FirstBad);
    }

    [Theory]
    // Three lots end on 2 March, on 11 March, and never.
    [InlineData("1D", "2026-03-03T12:00:00Z", "2026-03-12T12:00:00Z")]
    [InlineData("2026-03-05T00:00:00Z", "2026-03-05T00:00:00Z", "2026-03-11T12:00:00Z")]
    [InlineData("unlimited", null, null)]
    [InlineData("1M_U", "2026-04-30T21:59:59Z", "2026-04-30T21:59:59Z")]
    public void Extending_never_shortens(string expiry, string? first, string? second)
    {
        var wallet = Empty().Add(1, expiry: "1D").Add(2, expiry: "10D").Add(4).Extend(expiry).Value;
        Assert.Equal([first is null ? null : Time(first), second is null ? null : Time(second), null],
            wallet.State.Lots.Select(l => l.Expiry));
        Assert.Equal((7m, 0m, 0m), wallet.Figures());
        Assert.Equal("nothing-to-extend", Empty().Add(4).Extend(expiry).Error?.Code);
        Assert.Null(wallet.At(Noon.AddYears(1)).Verify().FirstBad);
    }

    [Fact]
    public void Extending_one_entry_or_one_ledger_leaves_others_alone()
    {
        var wallet = Empty().Add(1, expiry: "1D").Add(2, expiry: "1D").Add(4, expiry: "1D", ledger: "extra");
        Assert.Equal((2m, 0m, 0m), wallet.Extend("1D", seq: 2).Value.Figures(Noon.AddDays(1.5)));
        Assert.Equal((4m, 0m, 0m), wallet.Extend("1D", ledger: "extra").Value.Figures(Noon.AddDays(1.5)));
        Assert.Equal("nothing-to-extend", wallet.Extend("2026-03-02T12:00:00Z", seq: 2).Error?.Code);
        Assert.Equal("nothing-to-extend", wallet.At(Noon.AddDays(1.5)).Extend("9D", seq: 2).Error?.Code);
    }

    [Fact]
    public void A_transfer_keeps_lot_origin_award_start_and_expiry()
    {
        var from = Empty().Add(10, "1h", "1D", origin: "x").Add(20).At(Noon.AddHours(3));
        var (left, luggage) = from.Leave(15).Value;
        var there = Empty(Noon.AddHours(3)).Arrive(luggage, Noon.AddHours(3));
        Assert.Equal(
            from.State.Lots.Select(l => (l.Id, l.Origin, l.AwardedAt, l.Start, l.Expiry)),
            there.State.Lots.OrderBy(l => l.Expiry ?? DateTimeOffset.MaxValue).Select(l => (l.Id, l.Origin, l.AwardedAt, l.Start, l.Expiry)));
        Assert.Equal(((15m, 0m, 0m), (15m, 0m, 0m)), (left.Figures(), there.Figures()));
        Assert.Equal((5m, 0m, 0m), there.Figures(Noon.AddDays(2)));
        Assert.Equal("insufficient-points", from.Leave(30.01m).Error?.Code);
        Assert.Null(left.Verify().FirstBad);
        Assert.Null(there.Verify().FirstBad);
    }

    [Fact]
    public void A_late_arrival_counts_from_the_departure_pays_debts_and_expires_when_it_must()
    {
        var (_, luggage) = Empty().Add(10, expiry: "1D").Leave(10).Value;
        var there = Empty(Noon.AddDays(3)).Correct(4).Value.Arrive(luggage, Noon).At(Noon.AddDays(3));
        Assert.Equal((10m, 0m, 0m), there.Figures(Noon));
        Assert.Equal((10m, 0m, 0m), there.Figures(Noon.AddDays(1)));
        Assert.Equal((0m, 0m, 0m), there.Figures(Noon.AddDays(1).AddSeconds(1)));
        Assert.Equal((0m, 0m, 0m), there.Figures());
        Assert.Equal(6, there.Balance(there.Now).Expired.ToDecimal());
        Assert.Null(there.Verify().FirstBad);
    }

    [Fact]
    public void A_lot_that_was_extended_elsewhere_keeps_its_new_expiry_when_it_comes_back_and_is_spent_and_undone()
    {
        var (left, luggage) = Empty().Add(10, expiry: "1D").Leave(10).Value;
        var (_, back) = Empty().Arrive(luggage, Noon).Extend("9D").Value.Leave(10).Value;
        var spent = left.Arrive(back, Noon).Deduct(10).Value.At(Noon.AddDays(3));
        var undone = spent.Undo(spent.Entries.Single(e => e.Kind == EntryKind.Deducted).Seq).Value;
        Assert.Equal((10m, 0m, 0m), undone.Figures());
        Assert.Equal(Noon.AddDays(10), undone.State.Lots[0].Expiry);
        Assert.Null(undone.Verify().FirstBad);
    }

    [Fact]
    public void Moving_points_within_a_wallet_is_no_fall_and_no_rise_of_its_tier()
    {
        var before = Empty().Add(100).At(Noon.AddDays(1));
        var (left, luggage) = before.Leave(50, to: Name).Value;
        Assert.Equal(before.State.Standing, left.Arrive(luggage, left.Now, "extra").State.Standing);
    }

    [Theory]
    [InlineData(JoinPolicy.NotJoin, null)]
    [InlineData(JoinPolicy.PointsEarned, 0)]
    [InlineData(JoinPolicy.PointsActivated, 5)]
    public void Customers_join_as_the_program_says(JoinPolicy policy, int? hours)
    {
        var wallet = Empty().Add(1, "5h").Add(1, "9h").Add(1, "on_action");
        var balance = Balance.Of(wallet.At(Noon.AddDays(1)).State, Program() with { JoinPolicy = policy }, "all", Noon);
        Assert.Equal(hours is null ? null : Noon.AddHours(hours.Value), balance.JoinedAt);
    }

    [Fact]
    public void Expirations_are_what_is_active_by_its_end()
    {
        var wallet = Empty().Add(1, expiry: "2D").Add(2).Add(4, expiry: "1D", ledger: "b").Add(8, expiry: "2D")
            .Add(16, "1h").Add(32, "on_action", "2026-03-02T00:00:00Z");
        Assert.Equal(
            [("b", Noon.AddDays(1), 4m), ("main", Noon.AddDays(2), 9m), ("main", null, 2m)],
            Expirations.Of(wallet.State, "all").Select(e => (e.Ledger, e.ExpiresAt, e.Points.ToDecimal())));
        Assert.Single(Expirations.Of(wallet.State, "b"));
    }

    [Fact]
    public void A_notice_of_what_will_expire_is_due_once_for_each_end()
    {
        var wallet = Empty().Add(1, expiry: "10D").Add(2, expiry: "10D").Add(4, expiry: "12D").Add(8).State;
        var end = Noon.AddDays(10).AddSeconds(1);
        Assert.Equal(end.AddDays(-7), Expirations.NoticeDueAt(wallet, null, 7));
        Assert.Null(Expirations.NoticeDueAt(wallet, null, 0));
        Assert.Empty(Expirations.ToNotice(wallet, null, 7, end.AddDays(-7).AddTicks(-1)));
        Assert.Equal([3m], Expirations.ToNotice(wallet, null, 7, end.AddDays(-7)).Select(e => e.Points.ToDecimal()));
        Assert.Equal([3m, 4m], Expirations.ToNotice(wallet, null, 7, end.AddDays(-5)).Select(e => e.Points.ToDecimal()));
        Assert.Equal([4m], Expirations.ToNotice(wallet, Told(end), 7, end.AddDays(-5)).Select(e => e.Points.ToDecimal()));
        Assert.Equal(end.AddDays(-5), Expirations.NoticeDueAt(wallet, Told(end), 7));
        Assert.Null(Expirations.NoticeDueAt(wallet, Told(end.AddDays(2)), 7));

        // Points that came in since are told of, though their end has been.
        var before = new ToldOf(end.AddDays(2), wallet.Seq - 2);
        Assert.Equal([4m], Expirations.ToNotice(wallet, before, 7, end.AddDays(-5)).Select(e => e.Points.ToDecimal()));

        ToldOf Told(DateTimeOffset upTo) => new(upTo, wallet.Seq);
    }

    [Fact]
    public void A_balance_is_explained_page_by_page_with_all_that_moved_its_lots()
    {
        var wallet = Empty().Add(10, expiry: "1D").Add(20, "2D").Add(30).Deduct(15).Value.Undo(4).Value.Deduct(10).Value;
        var pages = Enumerable.Range(0, 3).Select(skip => Explained(new ExplainQuery("all", Noon, All: true, 1, skip))).ToList();
        Assert.Equal([true, true, false], pages.Select(p => p.Next is not null));
        var stories = pages.SelectMany(p => p.Items).ToList();
        Assert.Equal(["closed", "pending", "active"], stories.Select(s => s.State));
        Assert.Equal([10m, -10, 10, -10], stories[0].History.Select(h => h.Points.ToDecimal()));
        Assert.Equal((30m, 20m), (pages[0].Active.ToDecimal(), pages[0].Pending.ToDecimal()));
        Assert.Equal(50, stories.Sum(s => s.Remaining).ToDecimal());
        Assert.Equal(2, Explained(new ExplainQuery("main", Noon, All: false, 9, 0)).Items.Count);

        Explanation Explained(ExplainQuery query) =>
            Explanation.Of(Name, wallet.Entries, new Dictionary<long, EntryText>(), Program(), query);
    }

    [Theory]
    [InlineData("iso8601", "2026-03-01T12:05:09Z")]
    [InlineData("excel", "2026-03-01 12:05:09")]
    [InlineData("date", "2026-03-01")]
    [InlineData("us", "03/01/2026 12:05:09")]
    [InlineData("eu", "01.03.2026 12:05:09")]
    [InlineData("unix", "1772366709")]
    [InlineData("d/M/yy h:mm tt", "1/3/26 12:05 PM")]
    [InlineData("yyyyMMddTHHmmssZ", "20260301T120509Z")]
    [InlineData("dd MMM yyyy, HH:mm:ss.fff", "01 Mar 2026, 12:05:09.250")]
    [InlineData("d", null)]
    [InlineData("", null)]
    [InlineData("yyyy-MM-dd'x'", null)]
    [InlineData("dddd", null)]
    [InlineData("yyyyMMMM", null)]
    [InlineData("hhh:mm", null)]
    [InlineData("ISO8601", null)]
    public void Instants_are_written_as_asked(string format, string? expected) => Assert.Equal(
        expected, DateFormat.Parse(format)?.Write(new DateTimeOffset(2026, 3, 1, 14, 5, 9, 250, TimeSpan.FromHours(2))));

    [Fact]
    public void The_log_runs_balances_by_ledger_through_what_is_not_listed()
    {
        var wallet = Empty().Add(10).Add(5, ledger: "b").Add(7, "1h").Deduct(4).Value.Correct(9).Value.At(Noon.AddHours(1));
        var all = Rows(new EntryQuery(null, null, null, null, 100, []));
        Assert.Equal(["added", "added", "added", "deducted", "deducted", "activated"], all.Select(r => r[3]));
        Assert.Equal(["10", "5", "0", "-4", "-9", "7"], all.Select(r => r[5]));
        Assert.Equal(["10", "5", "10", "6", "-3", "4"], all.Select(r => r[6]));
        Assert.Equal(["0", "0", "7", "7", "7", "0"], all.Select(r => r[7]));
        var spent = Rows(new EntryQuery("main", EntryKind.Deducted, null, null, 100, []));
        Assert.Equal([("-4", "6"), ("-9", "-3")], spent.Select(r => (r[5]!, r[6]!)));
        Assert.Equal(TransactionLog.Header.Count, all[0].Count);

        List<IReadOnlyList<string?>> Rows(EntryQuery query)
        {
            var log = new TransactionLog("owner", query, DateFormat.Default);
            return [.. wallet.Entries.Select(e => log.Next(e, null)).OfType<IReadOnlyList<string?>>()];
        }
    }
}
