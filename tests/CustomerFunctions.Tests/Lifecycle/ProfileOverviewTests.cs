using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Lifecycle;

public sealed class ProfileOverviewTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Somebody_who_never_ordered_has_nothing_of_anything()
    {
        var till = await Till.OpenAsync(app);
        var overview = await ReadAsync(till, await till.NewCustomerAsync());
        Assert.Equal((0, 0, 0, 0m),
            ((int)overview["totalOrders"]!, (int)overview["discountedOrders"]!, (int)overview["undiscountedOrders"]!,
                (decimal)overview["ordersPer30Days"]!));
        foreach (var money in (string[])["totalSpent", "averageOrderValue", "accruedDiscounts", "netRevenue"])
            Assert.Empty(overview[money]!.AsArray());
        Assert.Null(overview["firstOrderAt"]);
        Assert.Null(overview["lastOrderAt"]);
        Assert.Equal($"{till.Program} 0 0 ", LoyaltyOf(overview));
    }

    [Fact]
    public async Task Every_figure_follows_from_orders_payments_refunds_and_points()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var card = app.NewName("fp");
        var first = app.Clock.GetUtcNow();
        await CloseAsync(till, ("profileId", zoe), ("payments", Till.Card(card)));
        app.Clock.Advance(TimeSpan.FromDays(20));
        await CloseAsync(till, ("profileId", zoe), ("discounts", new JsonArray()));
        await CloseAsync(till, ("profileId", zoe), ("currency", "GBP"));
        app.Clock.Advance(TimeSpan.FromDays(40));
        await CloseAsync(till, ("profileId", zoe), ("items", One(334)), ("discounts", new JsonArray()));
        var last = app.Clock.GetUtcNow();
        (await till.Shop.PutAsync($"sessions/{app.NewName("s")}", Till.Order("open", ("profileId", zoe)))).Expect(200);
        var (kept, gone) = (app.NewName("t"), app.NewName("t"));
        await till.SendAsync(till.Message("completed", kept, card));
        await till.SendAsync(till.Refund(kept, "r", 500));
        await till.SendAsync(till.Message("completed", gone, card));
        await till.SendAsync(till.Message("cancelled", gone, null));
        (await till.Shop.PostAsync(
            $"programs/{till.Program}/profiles/{zoe}/points",
            new { points = 8, reason = "later", start = "5D" })).Expect(201);
        app.Clock.Advance(TimeSpan.FromDays(1));

        var overview = await ReadAsync(till, zoe);
        Assert.Equal(4, (int)overview["totalOrders"]!);
        Assert.Equal((2, 2), ((int)overview["discountedOrders"]!, (int)overview["undiscountedOrders"]!));
        // Orders of 15, 25 and 3.34 euros, and 25 euros at a terminal, of which 5 went back.
        Assert.Equal("6834 EUR, 1500 GBP", MoneyOf(overview, "totalSpent"));
        Assert.Equal("1445 EUR, 1500 GBP", MoneyOf(overview, "averageOrderValue"));
        Assert.Equal("1000 EUR, 1000 GBP", MoneyOf(overview, "accruedDiscounts"));
        Assert.Equal("6334 EUR, 1500 GBP", MoneyOf(overview, "netRevenue"));
        Assert.Equal(first, overview["firstOrderAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal(last, overview["lastOrderAt"]!.GetValue<DateTimeOffset>());
        // 4 orders in 61 days.
        Assert.Equal(1.97m, (decimal)overview["ordersPer30Days"]!);
        var active = await till.ActiveAsync(zoe);
        Assert.Equal($"{till.Program} {active} 8 ", LoyaltyOf(overview));
    }

    [Fact]
    public async Task The_first_thirty_days_count_as_thirty()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        await CloseAsync(till, ("profileId", zoe));
        app.Clock.Advance(TimeSpan.FromDays(2));
        await CloseAsync(till, ("profileId", zoe));
        Assert.Equal(2m, (decimal)(await ReadAsync(till, zoe))["ordersPer30Days"]!);
    }

    [Fact]
    public async Task Subject_access_shows_everything_that_is_kept_of_a_customer()
    {
        var till = await Till.OpenAsync(app);
        var friend = await till.NewCustomerAsync();
        await till.LearnAsync(friend, app.NewName("fp"));
        var zoe = new MarkedCustomer(app, till, MarkedCustomer.NewMark());
        await zoe.RegisterAsync();
        await zoe.OrderAsync();
        await zoe.PayAsync();
        await zoe.CollectAsync(friend);
        var data = (await till.Shop.GetAsync($"profiles/{zoe.Id}/data")).Expect(200).Json;
        Assert.Equal(zoe.Email, (string)data["profile"]!["profile"]!["email"]!);
        Assert.Equal($"No {zoe.Mark}", (string)data["profile"]!["profile"]!["dietaryNotes"]!);
        Assert.Equal(8, data["sessions"]!.AsArray().Count);
        Assert.Contains($"Cake for {zoe.Mark} 399", data["sessions"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(2, data["payments"]!.AsArray().Count);
        Assert.Equal(6, data["fingerprints"]!.AsArray().Count);
        var wallet = Assert.Single(data["wallets"]!.AsArray())!;
        Assert.Contains(wallet["entries"]!.AsArray(), e => (string?)e!["reason"] == $"For {zoe.Mark}");
        Assert.Empty(data["cards"]!.AsArray());
    }

    [Fact]
    public async Task Subject_access_is_for_management_and_of_customers_who_are_there()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var site = await app.NewKeyAsync(till.Shop.Application, "integration", "staff");
        (await site.GetAsync($"profiles/{zoe}/data")).ExpectProblem(403, "denied");
        (await site.GetAsync($"profiles/{zoe}/overview")).Expect(200);
        (await till.Shop.GetAsync("profiles/nobody/data")).ExpectProblem(404, "not-found");
        (await till.Shop.GetAsync("profiles/nobody/overview")).ExpectProblem(404, "not-found");
    }

    private async Task CloseAsync(Till till, params (string, JsonNode?)[] fields) =>
        (await till.Shop.PutAsync($"sessions/{app.NewName("s")}", Till.Order("closed", fields))).Expect(200);

    private static JsonArray One(long price) =>
        new(new JsonObject { ["sku"] = "X", ["quantity"] = 1, ["unitPrice"] = price });

    private static async Task<JsonNode> ReadAsync(Till till, string id) =>
        (await till.Shop.GetAsync($"profiles/{id}/overview")).Expect(200).Json;

    private static string MoneyOf(JsonNode overview, string name) => string.Join(
        ", ", overview[name]!.AsArray().Select(m => $"{m!["amount"]} {m["currency"]}"));

    private static string LoyaltyOf(JsonNode overview)
    {
        var one = Assert.Single(overview["loyalty"]!.AsArray())!;
        return $"{one["program"]} {one["active"]} {one["pending"]} {one["tier"]}";
    }
}
