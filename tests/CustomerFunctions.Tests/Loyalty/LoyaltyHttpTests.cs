using CustomerFunctions.Loyalty;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Loyalty;

public sealed class LoyaltyHttpTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Wallet = "programs/stars/profiles/zoe";

    [Fact]
    public async Task A_request_costs_what_the_ledger_costs_once_caches_are_warm_and_at_most_four_more_when_cold()
    {
        var shop = await ArrangeAsync();
        var grant = new { points = 10, reason = "Welcome" };
        var key = await app.NewKeyAsync(shop.Application, "integration");
        app.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.InRange(await CallsAsync(() => key.GetAsync($"{Wallet}/balance")), 2, 1 + 4);
        Assert.Equal(1, await CallsAsync(() => key.GetAsync($"{Wallet}/balance")));
        Assert.Equal(4, await CallsAsync(() => key.PostAsync($"{Wallet}/points", grant)));
        Assert.Equal(2, await CallsAsync(() => key.PostAsync($"{Wallet}/points", grant)));
        Assert.Equal(2, await CallsAsync(() => key.PostAsync($"{Wallet}/deductions", grant)));
        app.Clock.Advance(TimeSpan.FromSeconds(70));
        Assert.InRange(await CallsAsync(() => key.PostAsync($"{Wallet}/points", grant)), 3, 2 + 4);
    }

    [Fact]
    public async Task Points_are_pending_then_active_then_expired_and_a_timer_only_writes_that_down()
    {
        var shop = await ArrangeAsync();
        var start = app.Clock.GetUtcNow();
        (await shop.PostAsync($"{Wallet}/points", new { points = 25.5, reason = "Later", start = "1h", expiry = "1h" }))
            .Expect(201);
        await AssertBalanceAsync(shop, start.AddMinutes(59), active: 0, pending: 25.5m, expired: 0);
        await AssertBalanceAsync(shop, start.AddMinutes(61), active: 25.5m, pending: 0, expired: 0);
        await AssertBalanceAsync(shop, start.AddMinutes(125), active: 0, pending: 0, expired: 25.5m);

        app.Clock.Advance(TimeSpan.FromHours(3));
        await AssertBalanceAsync(shop, app.Clock.GetUtcNow(), active: 0, pending: 0, expired: 25.5m);
        await app.Host.FireTimerAsync(nameof(SettlePoints));
        var entries = (await shop.GetAsync($"{Wallet}/entries")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(["added", "activated", "expired"], entries.Select(e => e!["kind"]!.GetValue<string>()));
        await AssertBalanceAsync(shop, start.AddMinutes(61), active: 25.5m, pending: 0, expired: 0);
        var verified = (await shop.GetAsync($"{Wallet}/verify")).Expect(200);
        Assert.True(verified.Json["ok"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_repeated_key_answers_the_first_entry_and_another_body_is_refused()
    {
        var shop = await ArrangeAsync();
        var key = ("Idempotency-Key", app.NewName("key"));
        var first = (await shop.PostAsync($"{Wallet}/points", new { points = 5, reason = "Once" }, key)).Expect(201);
        var again = (await shop.PostAsync($"{Wallet}/points", new { points = 5, reason = "Once" }, key)).Expect(201);
        Assert.False(first.Headers.ContainsKey("Idempotency-Hit"));
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        Assert.Equal(first.Body, again.Body);
        (await shop.PostAsync($"{Wallet}/points", new { points = 6, reason = "Once" }, key))
            .ExpectProblem(422, "idempotency-key-reused");
        (await shop.PostAsync($"{Wallet}/deductions", new { points = 5, reason = "Once" }, key))
            .ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task Deducting_too_much_answers_the_balance()
    {
        var shop = await ArrangeAsync();
        (await shop.PostAsync($"{Wallet}/points", new { points = 5, reason = "Some" })).Expect(201);
        var refused = await shop.PostAsync($"{Wallet}/deductions", new { points = 9, reason = "Pizza" });
        refused.ExpectProblem(409, "insufficient-points");
        Assert.Equal(5, refused.Json["balance"]!["active"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        var shop = await ArrangeAsync();
        var bad = await shop.PostAsync($"{Wallet}/points", new
        {
            points = -1,
            reason = "",
            ledger = "all",
            start = "unlimited",
            expiry = "immediate",
            colour = "red",
        });
        bad.ExpectProblem(400, "invalid");
        Assert.Equal(["/colour", "/expiry", "/ledger", "/points", "/reason", "/start"], bad.WrongFields);
        var program = await shop.PutAsync("programs/x", new
        {
            timeZone = "Moon",
            defaultStart = "1W_D",
            earn = new { pointsPerUnit = -1, rounding = "sideways" },
            tiers = new object[] { new { name = "Gold" } },
            returnPolicy = "never",
        });
        Assert.Equal(
            ["/defaultStart", "/earn/pointsPerUnit", "/earn/rounding", "/returnPolicy", "/tiers/0/minPoints",
                "/timeZone"],
            program.ExpectProblem(400, "invalid").WrongFields);
        var query = (await shop.GetAsync($"{Wallet}/entries?kind=gift&after=now&limit=0&cursor=%C3%A9&colour=red"))
            .ExpectProblem(400, "invalid");
        Assert.Equal(["?after", "?colour", "?cursor", "?kind", "?limit"], query.WrongFields);
    }

    [Fact]
    public async Task The_history_is_paged_and_filtered()
    {
        var shop = await ArrangeAsync();
        for (var i = 1; i <= 5; i++)
            (await shop.PostAsync($"{Wallet}/points", new
            {
                points = i,
                reason = $"No {i}",
                ledger = i % 2 == 0
                ? "even" : "main"
            }))
                .Expect(201);
        var first = (await shop.GetAsync($"{Wallet}/entries?limit=2")).Expect(200);
        var second = (await shop.GetAsync($"{Wallet}/entries?limit=2&cursor={first.Text("next")}")).Expect(200);
        Assert.Equal("No 3", second.Json["items"]![0]!["reason"]!.GetValue<string>());
        var even = (await shop.GetAsync($"{Wallet}/entries?ledger=even")).Expect(200);
        Assert.Equal(2, even.Json["items"]!.AsArray().Count);
        Assert.Null(even.Json["next"]);
    }

    [Fact]
    public async Task Another_environment_sees_neither_program_nor_profile()
    {
        await ArrangeAsync();
        var sandbox = await app.NewApplicationAsync("sandbox");
        (await sandbox.GetAsync("programs/stars")).ExpectProblem(404, "not-found");
        (await sandbox.GetAsync($"{Wallet}/balance")).ExpectProblem(404, "not-found");
        (await sandbox.PostAsync($"{Wallet}/points", new { points = 1, reason = "x" })).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Writing_a_program_survives_a_fault_at_every_storage_call()
    {
        var shop = await ArrangeAsync();
        await FaultEnumeration.RunAsync(
            "write a program", app.Probe, () => Task.FromResult(app.NewName("program")),
            async name => (await shop.PutAsync($"programs/{name}", new { title = name })).IsSuccess,
            async name => Assert.Equal(name, (await shop.GetAsync($"programs/{name}")).Expect(200).Text("title")));
    }

    private async Task<ApiClient> ArrangeAsync()
    {
        var shop = await app.NewApplicationAsync();
        await shop.DeleteAsync("profiles/zoe");
        (await shop.PutAsync("profiles/zoe", new
        {
            kind = "registered",
            name = "Zoë",
            email = "zoe@example.com",
            phone = "+442079460000",
        })).Expect(201);
        var program = await shop.PutAsync("programs/stars", new
        {
            title = "Stars",
            timeZone = "Europe/Berlin",
            subledgers = true,
            earn = new { pointsPerUnit = 1, rounding = "down" },
            tiers = new object[] { new { name = "Silver", minPoints = 100 } },
        });
        Assert.True(program.IsSuccess, program.Body);
        return shop;
    }

    private static async Task AssertBalanceAsync(
        ApiClient shop, DateTimeOffset at, decimal active, decimal pending, decimal expired)
    {
        var balance = (await shop.GetAsync($"{Wallet}/balance?asOf={at:yyyy-MM-ddTHH:mm:ssZ}")).Expect(200);
        Assert.Equal(
            (active, pending, expired), (balance.Number("active"), balance.Number("pending"),
                balance.Number("expired")));
    }

    private async Task<int> CallsAsync(Func<Task<ApiAnswer>> act)
    {
        app.Probe.Count();
        var answer = await act();
        Assert.True(answer.IsSuccess, answer.Body);
        return app.Probe.Calls.Count;
    }
}
