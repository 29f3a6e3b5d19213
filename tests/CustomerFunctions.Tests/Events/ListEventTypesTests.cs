using System.Text.Json.Nodes;
using CustomerFunctions.Events;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Events;

/// <summary>What the app really publishes is what its catalogue says.</summary>
public sealed class ListEventTypesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const int MessagesMax = 100_000;

    private static readonly string[] Told =
    [
        "card.changed", "card.created", "export.finished", "import.finished", "payment.linked", "payment.rejected",
        "points.activated", "points.added", "points.deducted", "points.expired", "points.expiring", "points.extended",
        "points.reversed", "points.transferred-in", "points.transferred-out", "profile.changed", "profile.created",
        "profile.erased", "profile.merged", "session.closed", "tier.changed",
    ];

    [Fact]
    public async Task The_catalogue_is_open_to_every_key()
    {
        var shop = await app.NewApplicationAsync(scopes: ["integration"]);
        var page = (await shop.GetAsync("events/types")).Expect(200).Json;
        Assert.Null(page["next"]);
        Assert.Equal(EventCatalog.All.Select(e => e.Name), page["items"]!.AsArray().Select(i => $"{i!["type"]}"));
        var added = page["items"]!.AsArray().Single(i => $"{i!["type"]}" == "points.added")!;
        Assert.Equal("wallet", $"{added["aggregate"]}");
        Assert.Equal("customerfunctions.points.added", $"{added["schema"]!["title"]}");
    }

    [Fact]
    public async Task Whatever_is_published_is_as_its_schema_says()
    {
        var till = await Till.OpenAsync(app);
        await LiveAsync(till);
        await app.Services.GetRequiredService<OutboxPublisher>().PublishAsync(default);
        var schemas = (await till.Shop.GetAsync("events/types")).Expect(200).Json["items"]!.AsArray()
            .ToDictionary(i => CloudEvent.TypePrefix + i!["type"], i => i!["schema"]!);
        var bus = app.Services.GetRequiredService<LocalServiceBus>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in await bus.PeekAsync("customer-events/subscriptions/all", MessagesMax))
        {
            var told = JsonNode.Parse(message.Body.ToString())!;
            var type = $"{told["type"]}";
            Assert.Empty(SchemaCheck.Faults(schemas[type], told).Select(f => $"{type}: {f}"));
            seen.Add(type[CloudEvent.TypePrefix.Length..]);
        }

        Assert.Empty(Told.Except(seen));
    }

    /// <summary>Lets everything happen that is told of.</summary>
    private async Task LiveAsync(Till till)
    {
        var shop = till.Shop;
        var (zoe, bob) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        await MovePointsAsync(till, zoe, bob);
        await PayAsync(till, zoe);
        await CollectAsync(shop, zoe);
        (await shop.ImportAsync("name,email\nAnn,ann@example.com\n")).ToString();
        var export = (await shop.PostAsync("exports", new { kind = "customers" })).Expect(202).Text("exportId");
        await shop.AwaitAsync($"exports/{export}");
        (await shop.PatchAsync($"profiles/{zoe}", new { name = "Zoe" })).Expect(200);
        (await shop.PostAsync($"profiles/{zoe}/merge", new { into = bob })).Expect(200);
        (await shop.DeleteAsync($"profiles/{bob}")).ExpectSuccess();
    }

    private async Task MovePointsAsync(Till till, string zoe, string bob)
    {
        var (shop, wallet) = (till.Shop, $"programs/{till.Program}/profiles/{zoe}");
        (await shop.PutAsync($"programs/{till.Program}", new
        {
            title = "Stars",
            timeZone = "UTC",
            earn = new { pointsPerUnit = 1 },
            expiringNoticeDays = 7,
            tiers = new[] { new { name = "Silver", minPoints = 10 } },
            applications = new[] { shop.Application },
        })).Expect(200);
        await AddAsync(new { points = 20, reason = "Welcome" });
        await AddAsync(new { points = 5, reason = "Soon", start = "1D", expiry = "3D" });
        (await shop.PostAsync($"{wallet}/deductions", new { points = 2, reason = "Pizza" })).Expect(201);
        var last = await AddAsync(new { points = 1, reason = "Wrong" });
        (await shop.PostAsync($"{wallet}/entries/{last.Number("seq")}/reversal", new { reason = "Slip" })).Expect(201);
        (await shop.PostAsync($"{wallet}/extensions", new { expiry = "1Y", ledger = "main", reason = "Kind" }))
            .Expect(201);
        (await shop.PostAsync($"{wallet}/transfers", new { to = new { profileId = bob }, points = 1, reason = "Gift" }))
            .Expect(201);
        await AddAsync(new { points = 3, reason = "Short", expiry = "3D" });
        for (var day = 0; day < 5; day++)
        {
            app.Clock.Advance(TimeSpan.FromDays(1));
            await app.Host.FireTimerAsync(nameof(SettlePoints));
        }

        async Task<ApiAnswer> AddAsync(object grant) => (await shop.PostAsync($"{wallet}/points", grant)).Expect(201);
    }

    private async Task PayAsync(Till till, string zoe)
    {
        var (card, transaction) = (app.NewName("fp"), app.NewName("t"));
        (await till.LearnAsync(zoe, card)).ExpectSuccess();
        await till.SendAsync(till.Message("completed", transaction, card));
        await till.SendAsync($$"""{"eventId":"x","application":"{{till.Shop.Application}}"}""");
    }

    private async Task CollectAsync(ApiClient shop, string zoe)
    {
        var (club, code) = (app.NewName("club"), app.NewName("CARD"));
        (await shop.PutAsync($"programs/{club}", new { kind = "card", title = "Club" })).Expect(201);
        (await shop.PutAsync($"programs/{club}/cards/{code}", new { type = "customer" })).ExpectSuccess();
        (await shop.PutAsync($"programs/{club}/cards/{code}/members/{zoe}", new { })).ExpectSuccess();
    }
}
