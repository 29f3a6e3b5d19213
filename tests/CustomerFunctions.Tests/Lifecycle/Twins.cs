using System.Text.Json.Nodes;
using CustomerFunctions.Lifecycle;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>Two customers who are one person, and what tests ask of them.</summary>
public sealed record Twins(AppUnderTest App, ApiClient Shop, string One, string Other)
{
    private const string Program = "programs/stars";

    /// <summary>Points of both that can be spent.</summary>
    public const decimal ActiveOfBoth = 100 - 30 + 10 + 50;

    /// <summary>Points of both that are to come.</summary>
    public const decimal PendingOfBoth = 20;

    public string Email => $"{One}@example.com";

    public static async Task<ApiClient> ShopAsync(AppUnderTest app)
    {
        var shop = await app.NewApplicationAsync();
        (await shop.PutAsync(Program, new
        {
            title = "Stars",
            subledgers = true,
            allowNegative = true,
            returnPolicy = "unlimited",
            earn = new { pointsPerUnit = 1, rounding = "down" },
            tiers = new[] { new { name = "Silver", minPoints = 120 } },
        })).ExpectSuccess();
        return shop;
    }

    /// <summary>Both with points; the one spent some, has others to come and in a subledger, and has ordered once.
    /// </summary>
    public static async Task<Twins> ArrangeAsync(AppUnderTest app, ApiClient shop)
    {
        var twins = await BareAsync(app, shop);
        await twins.AddAsync(twins.One, new { points = 100, reason = "First" });
        await twins.AddAsync(twins.One, new { points = 20, reason = "Later", start = "10D", expiry = "1Y" });
        await twins.AddAsync(twins.One, new { points = 10, reason = "Gift", ledger = "gifts" });
        (await shop.PostAsync($"{Program}/profiles/{twins.One}/deductions", new { points = 30, reason = "Pizza" }))
            .Expect(201);
        await twins.AddAsync(twins.Other, new { points = 50, reason = "First" });
        return twins;
    }

    /// <summary>Points of both that were arranged with one lot each.</summary>
    public const decimal OneLotEach = 70 + 50;

    /// <summary>Both with one lot of points: as few calls as a merge can have.</summary>
    public static async Task<Twins> WithOneLotEachAsync(AppUnderTest app, ApiClient shop)
    {
        var twins = await BareAsync(app, shop);
        await twins.AddAsync(twins.One, new { points = 70, reason = "First" });
        await twins.AddAsync(twins.Other, new { points = 50, reason = "First" });
        return twins;
    }

    /// <summary>Both without points.</summary>
    public static async Task<Twins> BareAsync(AppUnderTest app, ApiClient shop)
    {
        var twins = new Twins(app, shop, app.NewName("one"), app.NewName("other"));
        var digits = $"{Random.Shared.Next(1_000_000):D6}{Environment.CurrentManagedThreadId % 10}";
        (await shop.PutAsync($"profiles/{twins.One}", new
        {
            name = "Zoë",
            email = twins.Email,
            phone = $"+44207{digits}",
            tags = new[] { "vip", "nuts" },
            dietaryNotes = "No nuts",
            title = "Dr",
        })).Expect(201);
        (await shop.PutAsync($"profiles/{twins.Other}", new
        {
            name = "Zoe O'Brien",
            email = $"{twins.Other}@example.com",
            phone = $"+44208{digits}",
            tags = new[] { "vip" },
            dietaryNotes = "No milk",
        })).Expect(201);
        return twins;
    }

    public Task<ApiAnswer> MergeAsync() => Shop.PostAsync($"profiles/{One}/merge", new { into = Other });

    public async Task AddAsync(string id, object grant) =>
        (await Shop.PostAsync($"{Program}/profiles/{id}/points", grant)).Expect(201);

    public async Task<JsonNode> BalanceAsync(string? asOf = null) => (await Shop.GetAsync(
        $"{Program}/profiles/{Other}/balance{(asOf is null ? "" : $"?asOf={Uri.EscapeDataString(asOf)}")}")).Expect(200).Json;

    /// <summary>Orders for 100 points' worth, named by the session.</summary>
    public Task<ApiAnswer> CloseAsync(string id, string session, string state = "closed") =>
        Shop.PutAsync($"sessions/{session}", new
        {
            state,
            channel = "online",
            store = "s",
            profileId = id,
            currency = "EUR",
            items = new[] { new { sku = "P", name = "Pizza", quantity = 1, unitPrice = 10_000 } },
        });

    /// <summary>Asserts that the other has everything, once, and the one's id leads there.</summary>
    public async Task AssertMergedAsync(decimal active = ActiveOfBoth, decimal pending = PendingOfBoth)
    {
        var balance = await BalanceAsync();
        Assert.Equal(
            (active, pending), (balance["active"]!.GetValue<decimal>(), balance["pending"]!.GetValue<decimal>()));
        await AssertSoundAsync();
        var moved = (await Shop.GetAsync($"profiles/{One}")).ExpectProblem(308, "moved");
        Assert.Equal($"/api/v1/profiles/{Other}", moved.Headers["Location"]);
        var profile = (await Shop.GetAsync($"profiles/{Other}")).Expect(200);
        Assert.Equal("No milk\nNo nuts", profile.Text("dietaryNotes"));
        Assert.Equal("Dr", profile.Text("title"));
        var found = (await Shop.GetAsync($"profiles?search={One}")).Expect(200).Json["items"]!.AsArray();
        Assert.Empty(found);
        (await Shop.PutAsync(
            $"profiles/{App.NewName("thief")}",
            new { name = "Thief", email = Email, phone = $"+44209{Random.Shared.Next(10_000_000):D7}" }))
            .ExpectProblem(409, "email-taken");
    }

    /// <summary>Asserts that no chain is broken.</summary>
    public async Task AssertSoundAsync()
    {
        var verified = (await Shop.GetAsync($"{Program}/profiles/{Other}/verify")).Expect(200);
        Assert.True(verified.Json["ok"]!.GetValue<bool>(), verified.Body);
    }

    /// <summary>Lets the timer do what is due, some minutes later.</summary>
    public async Task SweepLaterAsync()
    {
        App.Clock.Advance(TimeSpan.FromMinutes(4));
        await App.Host.FireTimerAsync(nameof(SweepMerges));
    }
}
