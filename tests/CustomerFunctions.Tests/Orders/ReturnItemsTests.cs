using System.Text.Json.Nodes;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Orders;

public sealed class ReturnItemsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Returning_a_line_takes_points_discount_and_money_back_in_proportion()
    {
        var (till, zoe, session) = await ClosedAsync();
        var back = (await ReturnAsync(till, session, 1)).Expect(200);
        // One of two pizzas: 12.50 less half of the discount of 10.
        Assert.Equal(("partially_returned", 750), (back.Text("state"), (int)back.Number("refunded")));
        Assert.Equal(1, (int)back.Json["items"]![0]!["returned"]!);
        var effect = back.Json["returns"]![0]!["effects"]![0]!;
        Assert.Equal(("points-reversed", 8m), ((string)effect["type"]!, (decimal)effect["points"]!));
        Assert.Equal(7, await till.ActiveAsync(zoe));
        Assert.Equal("1/1500/750", await till.FiguresAsync(zoe));
        Assert.Equal("500", await DiscountsAsync(till, zoe));
        Assert.Equal(["session.closed", "session.returned"], await EventsAsync(till, session));
    }

    [Fact]
    public async Task Returning_everything_takes_back_what_cancelling_does_but_the_order_counts()
    {
        var (till, zoe, session) = await ClosedAsync();
        var (other, adam, cancelled) = await ClosedAsync();
        (await ReturnAsync(till, session, 1)).Expect(200);
        (await ReturnAsync(till, session, 1)).Expect(200);
        (await other.Shop.PutAsync($"sessions/{cancelled}", new { state = "cancelled" })).Expect(200);
        Assert.Equal((0, 0), (await till.ActiveAsync(zoe), await other.ActiveAsync(adam)));
        Assert.Equal(("1/1500/1500", "0/0/0"), (await till.FiguresAsync(zoe), await other.FiguresAsync(adam)));
        Assert.Equal("0", await DiscountsAsync(till, zoe));
        Assert.Empty(await DiscountsAsync(other, adam));
        Assert.Equal("Refunded", await StatusAsync(till, zoe));
        Assert.Equal("Cancelled", await StatusAsync(other, adam));

        (await till.Shop.PutAsync($"sessions/{session}", new { state = "cancelled" })).Expect(200);
        Assert.Equal("0/0/0", await till.FiguresAsync(zoe));
        Assert.Equal(
            ["session.closed", "session.returned", "session.returned", "session.cancelled"],
            await EventsAsync(till, session));
    }

    [Fact]
    public async Task Nothing_is_given_back_that_is_not_left()
    {
        var (till, zoe, session) = await ClosedAsync();
        (await ReturnAsync(till, session, 1)).Expect(200);
        var over = await ReturnAsync(till, session, 2);
        Assert.Equal(1, (int)over.ExpectProblem(409, "over-return").Json["lines"]![0]!["remaining"]!);
        (await ReturnAsync(till, session, 1)).Expect(200);
        (await ReturnAsync(till, session, 1)).ExpectProblem(409, "over-return");
        Assert.Equal("1/1500/1500", await till.FiguresAsync(zoe));
    }

    [Fact]
    public async Task The_same_key_gives_back_once_and_another_body_is_refused()
    {
        var (till, zoe, session) = await ClosedAsync();
        var key = ("Idempotency-Key", app.NewName("return"));
        var body = new { items = new[] { new { line = 1, quantity = 1 } } };
        var first = (await till.Shop.PostAsync($"sessions/{session}/returns", body, key)).Expect(200);
        var again = (await till.Shop.PostAsync($"sessions/{session}/returns", body, key)).Expect(200);
        Assert.Equal(first.Body, again.Body);
        Assert.Equal("1/1500/750", await till.FiguresAsync(zoe));
        var other = new { items = new[] { new { line = 1, quantity = 2 } } };
        (await till.Shop.PostAsync($"sessions/{session}/returns", other, key))
            .ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task Every_wrong_field_is_named_and_nothing_is_written()
    {
        var (till, zoe, session) = await ClosedAsync();
        async Task WrongAsync(string json, params string[] pointers) => Assert.Equal(
            pointers,
            (await till.Shop.PostAsync($"sessions/{session}/returns", JsonNode.Parse(json)!)).ExpectProblem(400, "invalid")
                .WrongFields);
        await WrongAsync("{}", "/items");
        await WrongAsync("""{"items":[]}""", "/items");
        await WrongAsync("""{"items":[{"line":0,"quantity":0}]}""", "/items/0/line", "/items/0/quantity");
        await WrongAsync("""{"items":[{"line":1,"quantity":1},{"line":1,"quantity":1}]}""", "/items/1/line");
        await WrongAsync("""{"items":[{"line":2,"quantity":1}]}""", "/items/0/line");
        await WrongAsync("""{"items":[{"line":1,"quantity":1}],"why":"x"}""", "/why");
        Assert.Equal("1/1500/0", await till.FiguresAsync(zoe));
        (await ReturnAsync(till, "nowhere", 1)).ExpectProblem(404, "not-found");
    }

    [Theory]
    [InlineData("open", "open,closed,cancelled")]
    [InlineData("cancelled", "")]
    public async Task Only_a_closed_session_gives_something_back(string state, string allowed)
    {
        var till = await Till.OpenAsync(app);
        var session = app.NewName("s");
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("open"))).Expect(200);
        if (state != "open") (await till.Shop.PutAsync($"sessions/{session}", new { state })).Expect(200);
        var refused = (await ReturnAsync(till, session, 1)).ExpectProblem(409, "illegal-move");
        Assert.Equal(allowed, string.Join(',', refused.Json["allowed"]!.AsArray().Select(a => (string)a!)));
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_come_back_and_writes_nothing()
    {
        var (till, zoe, session) = await ClosedAsync();
        var body = new { items = new[] { new { line = 1, quantity = 2 } } };
        app.Probe.Count();
        var dry = (await till.Shop.PostAsync($"sessions/{session}/returns?dry=true", body)).Expect(200);
        Assert.DoesNotContain(app.Probe.Calls, c => !c.StartsWith("GET", StringComparison.Ordinal));
        Assert.Equal(15, (decimal)dry.Json["returns"]![0]!["effects"]![0]!["points"]!);
        Assert.Equal(1500, (int)dry.Number("refunded"));
        Assert.Equal("1/1500/0", await till.FiguresAsync(zoe));
        Assert.Equal("closed", (await till.Shop.GetAsync($"sessions/{session}")).Text("state"));
    }

    [Fact]
    public async Task Spent_points_come_back_to_their_lots_in_proportion_and_whole_with_the_last_line()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var points = $"programs/{till.Program}/profiles/{zoe}";
        foreach (var expiry in (string[])["1D", "unlimited"])
            (await till.Shop.PostAsync($"{points}/points", new { points = 50, reason = "Welcome", expiry })).Expect(201);
        var session = app.NewName("s");
        (await till.Shop.PostAsync($"{points}/deductions", new { points = 80, reason = "Paid", sessionId = session }))
            .Expect(201);
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed", ("profileId", zoe)))).Expect(200);
        Assert.Equal(20 + 15, await till.ActiveAsync(zoe));
        // Of 80, half: what was taken last comes back first, from the points that never expire.
        (await ReturnAsync(till, session, 1)).Expect(200);
        Assert.Equal(20 + 40 + 7, await till.ActiveAsync(zoe));
        var ends = (await till.Shop.GetAsync($"{points}/expirations")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal((10m, "2026"), ((decimal)ends[0]!["points"]!, ((string)ends[0]!["expiresAt"]!)[..4]));
        app.Clock.Advance(TimeSpan.FromDays(2));
        // What comes back of points that have ended meanwhile has ended.
        (await till.Shop.PutAsync($"sessions/{session}", new { state = "cancelled" })).Expect(200);
        Assert.Equal(50, await till.ActiveAsync(zoe));
        Assert.True((bool)(await till.Shop.GetAsync($"{points}/verify")).Expect(200).Json["ok"]!);
    }

    [Fact]
    public async Task A_cart_that_is_given_up_gives_back_what_was_spent_in_its_name()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var points = $"programs/{till.Program}/profiles/{zoe}";
        var session = app.NewName("s");
        (await till.Shop.PostAsync($"{points}/points", new { points = 50, reason = "Welcome" })).Expect(201);
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("open", ("profileId", zoe)))).Expect(200);
        (await till.Shop.PostAsync($"{points}/deductions", new { points = 30, reason = "Paid", sessionId = session }))
            .Expect(201);
        var cancelled = (await till.Shop.PutAsync($"sessions/{session}", new { state = "cancelled" })).Expect(200);
        Assert.Equal("points-restored", (string)cancelled.Json["effects"]![0]!["type"]!);
        Assert.Equal(50, await till.ActiveAsync(zoe));
        Assert.Empty(await EventsAsync(till, session));
    }

    [Fact]
    public async Task A_reopened_session_is_a_cart_again_and_closes_anew()
    {
        var (till, zoe, session) = await ClosedAsync();
        (await ReturnAsync(till, session, 1)).Expect(200);
        var open = (await till.Shop.PutAsync($"sessions/{session}", new { state = "open" })).Expect(200);
        Assert.Equal(("open", 0), (open.Text("state"), open.Json["returns"]!.AsArray().Count));
        Assert.Null(open.Json["closedAt"]);
        Assert.Equal((0, "0/0/0"), (await till.ActiveAsync(zoe), await till.FiguresAsync(zoe)));
        Assert.Empty((await till.Shop.GetAsync($"profiles/{zoe}/transactions")).Expect(200).Json["items"]!.AsArray());
        var adam = await till.NewCustomerAsync();
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed", ("profileId", adam)))).Expect(200);
        Assert.Equal((0, 15), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        Assert.Empty((await till.Shop.GetAsync($"profiles/{zoe}/sessions")).Expect(200).Json["items"]!.AsArray());
        Assert.Single((await till.Shop.GetAsync($"profiles/{adam}/sessions")).Expect(200).Json["items"]!.AsArray());
        Assert.Equal(
            ["session.closed", "session.returned", "session.reopened", "session.closed"],
            await EventsAsync(till, session));
    }

    [Fact]
    public async Task Reopening_with_another_content_takes_that_content()
    {
        var (till, zoe, session) = await ClosedAsync();
        var changed = Till.Order("open", ("profileId", zoe), ("orderNumber", "A-2"));
        Assert.Equal("A-2", (await till.Shop.PutAsync($"sessions/{session}", changed)).Expect(200).Text("orderNumber"));
        Assert.Equal("A-2", (await till.Shop.PutAsync($"sessions/{session}", changed)).Expect(200).Text("orderNumber"));
        Assert.Equal((0, "0/0/0"), (await till.ActiveAsync(zoe), await till.FiguresAsync(zoe)));
    }

    [Fact]
    public async Task A_close_that_is_told_again_after_a_return_changes_nothing()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var session = app.NewName("s");
        var order = Till.Order("closed", ("profileId", zoe));
        (await till.Shop.PutAsync($"sessions/{session}", order)).Expect(200);
        (await ReturnAsync(till, session, 1)).Expect(200);
        Assert.Equal("partially_returned", (await till.Shop.PutAsync($"sessions/{session}", order)).Expect(200).Text("state"));
        Assert.Equal("1/1500/750", await till.FiguresAsync(zoe));
    }

    [Fact]
    public async Task What_could_not_be_taken_back_is_not_awarded_again()
    {
        var (till, zoe, session) = await ClosedAsync();
        (await till.Shop.PostAsync(
            $"programs/{till.Program}/profiles/{zoe}/deductions", new { points = 10, reason = "Spent" })).Expect(201);
        // The program takes back within the balance only.
        var open = (await till.Shop.PutAsync($"sessions/{session}", new { state = "open" })).Expect(200);
        Assert.Equal(10, (decimal)open.Json["effects"]![0]!["shortfall"]!);
        for (var i = 0; i < 3; i++)
        {
            var closed = await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed", ("profileId", zoe)));
            Assert.Equal(10, (decimal)closed.Expect(200).Json["effects"]![0]!["kept"]!);
            Assert.Equal(5, await till.ActiveAsync(zoe));
            (await till.Shop.PutAsync($"sessions/{session}", new { state = "open" })).Expect(200);
            Assert.Equal(0, await till.ActiveAsync(zoe));
        }
    }

    [Fact]
    public async Task Under_an_unlimited_policy_spent_points_are_owed_and_it_says_so()
    {
        var (till, zoe, session) = await ClosedAsync();
        (await till.Shop.PutAsync($"programs/{till.Program}", new
        {
            title = "Stars",
            timeZone = "UTC",
            earn = new { pointsPerUnit = 1, rounding = "down" },
            returnPolicy = "unlimited",
            applications = new[] { till.Shop.Application },
        })).Expect(200);
        var wallet = $"programs/{till.Program}/profiles/{zoe}";
        (await till.Shop.PostAsync($"{wallet}/deductions", new { points = 10, reason = "Spent" })).Expect(201);
        var cancelled = (await till.Shop.PutAsync($"sessions/{session}", new { state = "cancelled" })).Expect(200);
        Assert.Equal(10, (decimal)cancelled.Json["effects"]!.AsArray()[^1]!["negative"]!);
        Assert.Equal(10, (await till.Shop.GetAsync($"{wallet}/balance")).Number("negative"));
    }

    [Fact]
    public async Task The_last_order_is_the_one_before_once_the_last_is_cancelled()
    {
        var (till, zoe, first) = await ClosedAsync();
        app.Clock.Advance(TimeSpan.FromHours(1));
        var second = app.NewName("s");
        (await till.Shop.PutAsync($"sessions/{second}", Till.Order("closed", ("profileId", zoe)))).Expect(200);
        var at = (await OverviewAsync(till, zoe))["firstOrderAt"]!.GetValue<string>();
        (await till.Shop.PutAsync($"sessions/{second}", new { state = "cancelled" })).Expect(200);
        var overview = await OverviewAsync(till, zoe);
        Assert.Equal((at, at), ((string)overview["firstOrderAt"]!, (string)overview["lastOrderAt"]!));
        Assert.Equal(1, (int)Assert.Single(overview["channels"]!.AsArray())!["totalOrders"]!);
        (await till.Shop.PutAsync($"sessions/{first}", new { state = "cancelled" })).Expect(200);
        overview = await OverviewAsync(till, zoe);
        Assert.Null(overview["lastOrderAt"]);
        Assert.Empty(overview["channels"]!.AsArray());
    }

    private async Task<(Till Till, string Zoe, string Session)> ClosedAsync()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var session = app.NewName("s");
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed", ("profileId", zoe)))).Expect(200);
        return (till, zoe, session);
    }

    private static Task<ApiAnswer> ReturnAsync(Till till, string session, int quantity) => till.Shop.PostAsync(
        $"sessions/{session}/returns", new { items = new[] { new { line = 1, quantity } } });

    private static async Task<JsonNode> OverviewAsync(Till till, string id) =>
        (await till.Shop.GetAsync($"profiles/{id}/overview")).Expect(200).Json;

    private static async Task<string> DiscountsAsync(Till till, string id) =>
        string.Join(",", (await OverviewAsync(till, id))["accruedDiscounts"]!.AsArray().Select(m => (int)m!["amount"]!));

    private static async Task<string> StatusAsync(Till till, string id)
    {
        var items = (await till.Shop.GetAsync($"profiles/{id}/transactions")).Expect(200).Json["items"]!.AsArray();
        return (string)Assert.Single(items)!["status"]! is { } word ? char.ToUpperInvariant(word[0]) + word[1..] : "";
    }

    private static Task<string[]> EventsAsync(Till till, string session) => till.EventsAsync(
        SessionTable.TableName, SessionKey.Of(AppEnvironment.Live, till.Shop.Application, session).ToString());
}
