using System.Text.Json.Nodes;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Terminals;

public sealed class ProfileTransactionsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Sessions_and_terminal_payments_are_one_list_newest_first()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var card = app.NewName("fp");
        var payments = new JsonArray(
            new JsonObject { ["method"] = "card", ["amount"] = 1000, ["fingerprint"] = card },
            new JsonObject { ["method"] = "cash", ["amount"] = 500 });
        (await till.Shop.PutAsync("sessions/tx-1", Till.Order(
            "closed", ("profileId", zoe), ("payments", payments), ("orderNumber", "A-1"),
            ("store", "store-1")))).Expect(200);
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        var (paid, back, gone) = (app.NewName("t"), app.NewName("t"), app.NewName("t"));
        await till.SendAsync(Numbered(till.Message("completed", paid, card)));
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await till.SendAsync(till.Message("completed", back, card));
        await till.SendAsync(till.Refund(back, "r-1", 700));
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await till.SendAsync(till.Message("completed", gone, card));
        await till.SendAsync(till.Message("cancelled", gone, null));
        (await till.Shop.PutAsync("sessions/tx-2", Till.Order("open", ("profileId", zoe)))).Expect(200);

        var items = (await ListAsync(till, zoe)).Json["items"]!.AsArray();
        Assert.Equal(
            [
                $"terminal {gone} cancelled 2500 0 visa terminal",
                $"terminal {back} partially-refunded 2500 700 visa terminal",
                $"terminal {paid} completed 2500 0 visa terminal",
                "session tx-1 completed 1000 0 card online",
                "session tx-1 completed 500 0 cash online",
            ],
            items.Select(i => $"{i!["source"]} {i["id"]} {i["status"]} {i["amount"]} {i["refunded"]} "
                + $"{i["paymentMedia"]} {i["channel"]}"));
        Assert.Equal(("A-1", "store-1", "T-77", "store-9"),
            ((string)items[3]!["orderNumber"]!, (string)items[3]!["store"]!, (string)items[2]!["orderNumber"]!,
                (string)items[2]!["store"]!));
    }

    [Fact]
    public async Task Pages_may_end_between_two_payments_of_one_session()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var parts = new JsonArray(
            [.. Enumerable.Range(1, 5).Select(i => (JsonNode)new JsonObject { ["method"] = "cash", ["amount"] = i })]);
        for (var i = 0; i < 2; i++)
            (await till.Shop.PutAsync($"sessions/{app.NewName("s")}", Till.Order(
                "closed", ("profileId", zoe), ("payments", parts.DeepClone())))).Expect(200);
        var (seen, next) = (new List<string>(), "");
        do
        {
            var page = (await till.Shop.GetAsync($"profiles/{zoe}/transactions?limit=3{next}")).Expect(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(i => $"{i!["id"]} {i["amount"]}"));
            next = page["next"] is { } cursor ? $"&cursor={cursor}" : null;
        }
        while (next is not null);
        Assert.Equal(10, seen.Distinct().Count());
        Assert.Equal(10, seen.Count);
        (await till.Shop.GetAsync($"profiles/{zoe}/transactions?cursor=eA")).ExpectProblem(400, "invalid");
    }

    [Fact]
    public async Task A_payment_is_listed_once_its_card_is_known_and_moves_with_its_owner()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var card = app.NewName("fp");
        var t = app.NewName("t");
        await till.SendAsync(till.Message("completed", t, card, app.Clock.GetUtcNow().AddDays(-1)));
        app.Clock.Advance(TimeSpan.FromHours(2));
        await till.LearnAsync(adam, card);
        Assert.Contains(t, (await ListAsync(till, adam)).Body, StringComparison.Ordinal);
        // Evidence that lies nearer to the payment comes to be known later: the payment is zoe's.
        await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        var earlier = app.Clock.GetUtcNow().AddHours(-3);
        await TeachAsync(card, zoe, earlier);
        await till.SendAsync(till.Refund(t, "r", 100));
        Assert.Contains(t, (await ListAsync(till, zoe)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(t, (await ListAsync(till, adam)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Products_add_up_over_sessions_and_payments_and_leave_out_what_was_cancelled()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var card = app.NewName("fp");
        var pizza = new JsonArray(
            new JsonObject { ["sku"] = "PIZZA", ["name"] = "Margherita", ["quantity"] = 2, ["unitPrice"] = 1250 },
            new JsonObject { ["sku"] = "PIZZA", ["name"] = "Margherita", ["quantity"] = 1, ["unitPrice"] = 1000 });
        (await till.Shop.PutAsync($"sessions/{app.NewName("s")}", Till.Order(
            "closed", ("profileId", zoe), ("items", pizza), ("payments", Till.Card(card))))).Expect(200);
        (await till.Shop.PutAsync($"sessions/{app.NewName("s")}", Till.Order(
            "closed", ("profileId", zoe), ("currency", "GBP")))).Expect(200);
        await till.SendAsync(With(till.Message("completed", app.NewName("t"), card), ("COFFEE", "Coffee", 3, 250)));
        await till.SendAsync(With(till.Message("completed", app.NewName("t"), card), (null, "Apple pie", 1, 400)));
        var gone = app.NewName("t");
        await till.SendAsync(With(till.Message("completed", gone, card), ("COFFEE", "Coffee", 100, 250)));
        await till.SendAsync(till.Message("cancelled", gone, null));

        var list = (await till.Shop.GetAsync($"profiles/{zoe}/products")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(
            [
                "Apple pie  1 1 400 EUR",
                "Coffee COFFEE 1 3 750 EUR",
                "Margherita PIZZA 2 5 3500 EUR + 2500 GBP",
            ],
            list.Select(p => $"{p!["name"]} {p["sku"]} {p["transactions"]} {p["count"]} " + string.Join(
                " + ", p["totalSpent"]!.AsArray().Select(m => $"{m!["amount"]} {m["currency"]}"))));
        var first = (await till.Shop.GetAsync($"profiles/{zoe}/products?limit=2")).Expect(200).Json;
        var rest = (await till.Shop.GetAsync($"profiles/{zoe}/products?limit=2&cursor={first["next"]}")).Expect(200);
        Assert.Equal("Margherita", (string)Assert.Single(rest.Json["items"]!.AsArray())!["name"]!);
        Assert.Null(rest.Json["next"]);
    }

    private async Task TeachAsync(string card, string profile, DateTimeOffset at)
    {
        var profiles = app.Services.GetRequiredService<ProfileDirectory>();
        var key = (await profiles.FindAsync(AppEnvironment.Live, profile, default))!.Key;
        await app.Services.GetRequiredService<FingerprintBook>().LearnAsync(
            FingerprintKey.Of(AppEnvironment.Live, card), new FingerprintLink("other", key.ToString(), at), default);
    }

    private static JsonObject Numbered(JsonObject message)
    {
        message["orderNumber"] = "T-77";
        message["storeId"] = "store-9";
        return message;
    }

    private static JsonObject With(JsonObject message, (string? Sku, string Name, int Quantity, int Price) item)
    {
        message["items"] = new JsonArray(new JsonObject
        {
            ["sku"] = item.Sku,
            ["name"] = item.Name,
            ["quantity"] = item.Quantity,
            ["unitPrice"] = item.Price,
        });
        return message;
    }

    private static async Task<ApiAnswer> ListAsync(Till till, string id) =>
        (await till.Shop.GetAsync($"profiles/{id}/transactions")).Expect(200);
}
