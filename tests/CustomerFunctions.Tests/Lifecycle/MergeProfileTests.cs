using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Lifecycle;

public sealed class MergeProfileTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task The_one_who_stays_has_everything_and_the_others_id_leads_there()
    {
        var twins = await ArrangeAsync();
        var merged = (await twins.MergeAsync()).Expect(200);
        Assert.Equal((twins.Other, twins.One), (merged.Text("profileId"), merged.Text("merged")));
        await twins.AssertMergedAsync();
        (await twins.MergeAsync()).Expect(200);
        await twins.AssertMergedAsync();
        Assert.Equal("Silver", (await twins.BalanceAsync())["tier"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_preview_says_what_would_be_and_changes_nothing()
    {
        var twins = await ArrangeAsync();
        var preview = (await twins.Shop.PostAsync(
            $"profiles/{twins.One}/merge", new { into = twins.Other, preview = true })).Expect(200).Json;
        Assert.True(preview["possible"]!.GetValue<bool>());
        var tags = preview["fields"]!.AsArray().Single(f => f!["name"]!.GetValue<string>() == "tags")!;
        Assert.Equal(["vip", "nuts"], tags["result"]!.AsArray().Select(t => t!.GetValue<string>()));
        var points = preview["loyalty"]!.AsArray().Single(p => p!["program"]!.GetValue<string>() == "stars")!["result"]!;
        Assert.Equal(
            (Twins.ActiveOfBoth, Twins.PendingOfBoth),
            (points["active"]!.GetValue<decimal>(), points["pending"]!.GetValue<decimal>()));
        Assert.Equal(50, (await twins.BalanceAsync())["active"]!.GetValue<decimal>());
        (await twins.Shop.GetAsync($"profiles/{twins.One}")).Expect(200);
    }

    [Fact]
    public async Task Past_balances_and_the_history_are_those_of_both()
    {
        var twins = await ArrangeAsync();
        var before = app.Clock.GetUtcNow();
        app.Clock.Advance(TimeSpan.FromHours(1));
        (await twins.MergeAsync()).Expect(200);
        app.Clock.Advance(TimeSpan.FromHours(1));
        var then = await twins.BalanceAsync($"{before:O}");
        Assert.Equal(Twins.ActiveOfBoth, then["active"]!.GetValue<decimal>());
        Assert.Equal(30, then["spent"]!.GetValue<decimal>());
        Assert.Equal(30, (await twins.BalanceAsync())["spent"]!.GetValue<decimal>());
        var path = $"programs/stars/profiles/{twins.Other}/entries?limit=2";
        var (reasons, next) = (new List<string?>(), "");
        do
        {
            var page = (await twins.Shop.GetAsync(path + next)).Expect(200).Json;
            reasons.AddRange(page["items"]!.AsArray().Select(e => e!["reason"]?.GetValue<string>()));
            next = page["next"] is { } cursor ? $"&cursor={cursor}" : null;
        }
        while (next is not null);
        Assert.Equal(["First", "Later", "Gift", "Pizza", "First"], reasons.Where(r => r is not null));
        var log = (await twins.Shop.GetAsync($"programs/stars/profiles/{twins.Other}/entries.csv?ledger=main")).Expect(200)
            .Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')).ToList();
        // What moves between the two takes nothing and gives nothing once it has arrived.
        Assert.Equal(Twins.ActiveOfBoth - 10, decimal.Parse(log[^1][6], System.Globalization.CultureInfo.InvariantCulture));
        app.Clock.Advance(TimeSpan.FromDays(11));
        Assert.Equal(
            Twins.ActiveOfBoth + Twins.PendingOfBoth, (await twins.BalanceAsync())["active"]!.GetValue<decimal>());
        await twins.AssertSoundAsync();
    }

    [Fact]
    public async Task What_is_owed_is_paid_by_the_other_and_what_stays_owed_is_owed_by_the_other()
    {
        var shop = await Twins.ShopAsync(app);
        foreach (var (owed, active, negative) in ((int, decimal, decimal)[])[(20, 30, 0), (70, 0, 20)])
        {
            var twins = await Twins.BareAsync(app, shop);
            (await shop.PostAsync(
                $"programs/stars/profiles/{twins.One}/deductions",
                new { points = owed, reason = "Correction", correction = true })).Expect(201);
            await twins.AddAsync(twins.Other, new { points = 50, reason = "First" });
            (await twins.MergeAsync()).Expect(200);
            var balance = await twins.BalanceAsync();
            Assert.Equal(
                (active, negative),
                (balance["active"]!.GetValue<decimal>(), balance["negative"]!.GetValue<decimal>()));
            await twins.AssertSoundAsync();
        }
    }

    [Fact]
    public async Task What_was_earned_before_is_taken_back_from_the_other_even_when_it_was_spent_before()
    {
        var shop = await Twins.ShopAsync(app);
        var twins = await Twins.BareAsync(app, shop);
        var session = app.NewName("session");
        (await twins.CloseAsync(twins.One, session)).ExpectSuccess();
        (await shop.PostAsync($"programs/stars/profiles/{twins.One}/deductions", new { points = 60, reason = "Pizza" }))
            .Expect(201);
        await twins.AddAsync(twins.Other, new { points = 50, reason = "First" });
        (await twins.MergeAsync()).Expect(200);
        Assert.Equal(1, (await shop.GetAsync($"profiles/{twins.Other}")).Expect(200).Number("totalOrders"));
        var earned = (await shop.GetAsync($"programs/stars/profiles/{twins.Other}/entries")).Expect(200)
            .Json["items"]!.AsArray().First(e => e!["owner"] is not null)!;
        var wallet = new WalletId(AppEnvironment.Live, "stars", earned["owner"]!.GetValue<string>());
        var origin = Origins.Session(shop.Application, session);
        var ledger = app.Services.GetRequiredService<PointsLedger>();
        foreach (var hit in (bool[])[false, true])
        {
            var taken = await ledger.TakeBackAsync(
                wallet, new TakeBack(Points.From(100), origin, "test"), new Change("back-" + session, ""), default);
            Assert.Equal(hit, taken.Value!.Hit);
        }

        var balance = await twins.BalanceAsync();
        Assert.Equal((0, 10), (balance["active"]!.GetValue<decimal>(), balance["negative"]!.GetValue<decimal>()));
        await twins.AssertSoundAsync();
    }

    [Fact]
    public async Task A_session_that_was_open_and_writes_to_the_old_id_are_the_others()
    {
        var shop = await Twins.ShopAsync(app);
        var twins = await Twins.BareAsync(app, shop);
        var session = app.NewName("session");
        (await twins.CloseAsync(twins.One, session, "open")).ExpectSuccess();
        (await twins.MergeAsync()).Expect(200);
        var closed = (await twins.CloseAsync(twins.One, session)).ExpectSuccess();
        Assert.Equal(twins.Other, closed.Text("profileId"));
        await twins.AddAsync(twins.One, new { points = 5, reason = "Old id" });
        Assert.Equal(105, (await twins.BalanceAsync())["active"]!.GetValue<decimal>());
        Assert.Equal(1, (await shop.GetAsync($"profiles/{twins.Other}")).Expect(200).Number("totalOrders"));
        (await shop.PatchAsync($"profiles/{twins.One}", new { title = "Prof" })).Expect(200);
        Assert.Equal("Prof", (await shop.GetAsync($"profiles/{twins.Other}")).Expect(200).Text("title"));
        var moved = (await shop.GetAsync($"programs/stars/profiles/{twins.One}/balance?ledger=main")).ExpectProblem(308, "moved");
        Assert.Equal($"/api/v1/programs/stars/profiles/{twins.Other}/balance?ledger=main", moved.Headers["Location"]);
    }

    [Fact]
    public async Task A_program_that_comes_after_the_merge_knows_whom_an_old_key_belongs_to()
    {
        var shop = await Twins.ShopAsync(app);
        var twins = await Twins.BareAsync(app, shop);
        var session = app.NewName("session");
        (await twins.CloseAsync(twins.One, session, "open")).ExpectSuccess();
        (await twins.MergeAsync()).Expect(200);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        var program = app.NewName("late");
        (await shop.PutAsync($"programs/{program}", new { title = "Late", earn = new { pointsPerUnit = 1, rounding = "down" } })).ExpectSuccess();
        (await twins.CloseAsync(twins.One, session)).ExpectSuccess();
        var balance = (await shop.GetAsync($"programs/{program}/profiles/{twins.Other}/balance")).Expect(200);
        Assert.Equal(100, balance.Number("active"));
        (await shop.PutAsync($"programs/{program}", new { title = "Late", state = "inactive" })).ExpectSuccess();
    }

    [Fact]
    public async Task An_entry_of_before_can_be_undone_once()
    {
        var twins = await ArrangeAsync();
        (await twins.MergeAsync()).Expect(200);
        var entries = (await twins.Shop.GetAsync($"programs/stars/profiles/{twins.Other}/entries")).Expect(200);
        var spent = entries.Json["items"]!.AsArray().Single(e => e!["kind"]!.GetValue<string>() == "deducted")!;
        var path = $"programs/stars/profiles/{twins.Other}/entries/{spent["seq"]}/reversal";
        var owner = spent["owner"]!.GetValue<string>();
        (await twins.Shop.PostAsync(path, new { reason = "Burnt", owner })).Expect(201);
        await twins.AssertMergedAsync(active: Twins.ActiveOfBoth + 30);
        (await twins.Shop.PostAsync(path, new { reason = "Burnt", owner })).ExpectProblem(409, "already-reversed");
    }

    [Fact]
    public async Task Three_become_one_and_every_id_and_point_is_there()
    {
        var shop = await Twins.ShopAsync(app);
        var (first, second) = (await Twins.ArrangeAsync(app, shop), await Twins.ArrangeAsync(app, shop));
        (await first.MergeAsync()).Expect(200);
        (await second.MergeAsync()).Expect(200);
        (await shop.PostAsync($"profiles/{first.Other}/merge", new { into = second.Other })).Expect(200);
        foreach (var id in (string[])[first.One, first.Other, second.One])
            Assert.Equal(
                second.Other, (await shop.GetAsync($"profiles/{id}")).ExpectProblem(308, "moved").Text("profileId"));
        Assert.Equal(2 * Twins.ActiveOfBoth, (await second.BalanceAsync())["active"]!.GetValue<decimal>());
        Assert.Equal(60, (await second.BalanceAsync())["spent"]!.GetValue<decimal>());
        await second.AssertSoundAsync();
        (await shop.DeleteAsync($"profiles/{first.One}")).Expect(204);
        foreach (var id in (string[])[first.One, first.Other, second.One, second.Other])
            (await shop.GetAsync($"profiles/{id}")).ExpectProblem(404, "not-found");
        (await shop.PutAsync(
            $"profiles/{first.One}", new { name = "New", email = first.Email, phone = $"+44206{Random.Shared.Next(10_000_000):D7}" })).Expect(201);
    }

    [Fact]
    public async Task The_one_who_stays_is_on_the_cards_of_the_other_once()
    {
        var shop = await Twins.ShopAsync(app);
        var twins = await Twins.BareAsync(app, shop);
        (await shop.PutAsync("programs/club", new { title = "Club", kind = "card", cardMembersMax = 2 })).ExpectSuccess();
        var codes = new List<string>();
        foreach (var members in (string[][])[[twins.One], [twins.One, twins.Other]])
        {
            var code = (await shop.PostAsync("programs/club/cards", new { code = app.NewName("CARD-X").ToUpperInvariant() })).Expect(201).Text("code");
            foreach (var id in members) (await shop.PutAsync($"programs/club/cards/{code}/members/{id}", new { })).ExpectSuccess();
            codes.Add(code);
        }

        (await twins.MergeAsync()).Expect(200);
        foreach (var code in codes)
            Assert.Equal(twins.Other, Assert.Single((await shop.GetAsync($"programs/club/cards/{code}")).Expect(200)
                .Json["members"]!.AsArray())!["profileId"]!.GetValue<string>());
        Assert.Equal(2, (await shop.GetAsync($"profiles/{twins.Other}/cards")).Expect(200).Json["items"]!.AsArray().Count);
        (await shop.GetAsync($"profiles/{twins.One}/cards")).ExpectProblem(308, "moved");
        (await shop.DeleteAsync($"programs/club/cards/{codes[0]}/members/{twins.One}")).ExpectSuccess();
        Assert.Single((await shop.GetAsync($"profiles/{twins.Other}/cards")).Expect(200).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task What_cannot_be_merged_is_refused_with_the_reason()
    {
        var shop = await Twins.ShopAsync(app);
        var twins = await Twins.BareAsync(app, shop);
        var guest = app.NewName("guest");
        (await shop.PutAsync($"profiles/{guest}", new { kind = "guest" })).Expect(201);
        var refused = await shop.PostAsync($"profiles/{twins.One}/merge", new { into = guest });
        refused.ExpectProblem(409, "merge-blocked");
        Assert.Contains("other way round", refused.Json["reasons"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(["/into"], (await shop.PostAsync($"profiles/{twins.One}/merge", new { into = "nobody" })).ExpectProblem(400, "invalid").WrongFields);
        Assert.Equal(["/into"], (await shop.PostAsync($"profiles/{twins.One}/merge", new { into = twins.One })).ExpectProblem(400, "invalid").WrongFields);
        (await shop.PostAsync("profiles/nobody/merge", new { into = twins.One })).ExpectProblem(404, "not-found");
        (await twins.MergeAsync()).Expect(200);
        (await shop.PostAsync($"profiles/{twins.One}/merge", new { into = guest })).ExpectProblem(409, "already-merged");
        (await shop.PostAsync($"profiles/{twins.Other}/merge", new { into = twins.One })).ExpectProblem(400, "invalid");
    }

    [Fact]
    public async Task Two_who_are_merged_into_each_other_at_once_end_as_one_or_two_but_never_none()
    {
        var shop = await Twins.ShopAsync(app);
        for (var i = 0; i < 10; i++)
        {
            var twins = await Twins.ArrangeAsync(app, shop);
            await Task.WhenAll(
                Task.Run(twins.MergeAsync),
                Task.Run(() => shop.PostAsync($"profiles/{twins.Other}/merge", new { into = twins.One })));
            await twins.SweepLaterAsync();
            var there = new List<string>();
            foreach (var id in (string[])[twins.One, twins.Other])
                if ((await shop.GetAsync($"profiles/{id}")).Status == 200) there.Add(id);
            Assert.NotEmpty(there);
            var sum = 0m;
            foreach (var id in there)
                sum += (await shop.GetAsync($"programs/stars/profiles/{id}/balance")).Expect(200).Number("active");
            Assert.Equal(Twins.ActiveOfBoth, sum);
        }
    }

    private async Task<Twins> ArrangeAsync() => await Twins.ArrangeAsync(app, await Twins.ShopAsync(app));
}
