using System.Text.Json.Nodes;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Orders;

/// <summary>Random histories of orders (closed, given back in parts, cancelled, opened again, asked for twice and at the
/// same time) end in what a naive model says, which knows states and no history.</summary>
public sealed class SessionModelTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const int Welcome = 1_000;

    private static readonly int Steps =
        int.TryParse(Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_SESSION_STEPS"), out var n) ? n : 50;

    private Random _random = new(0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Points_figures_products_and_events_are_what_the_naive_model_says(int seed)
    {
        _random = new Random(seed);
        var till = await OpenAsync();
        string[] customers = [await NewCustomerAsync(till), await NewCustomerAsync(till)];
        var sessions = Enumerable.Range(0, 4).Select(_ => new ModelSession(app.NewName("s"))).ToList();
        for (var step = 0; step < Steps; step++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(_random.Next(1, 90)));
            var session = sessions[_random.Next(sessions.Count)];
            await StepAsync(till, session, customers);
            if (step % 10 == 9) await AgreeAsync(till, sessions, customers);
        }

        await AgreeAsync(till, sessions, customers);
        foreach (var session in sessions) await EventsAgreeAsync(till, session);
    }

    private async Task<Till> OpenAsync()
    {
        var till = await Till.OpenAsync(app);
        (await till.Shop.PutAsync($"programs/{till.Program}", new
        {
            title = "Stars",
            timeZone = "UTC",
            earn = new { pointsPerUnit = 1, rounding = "down" },
            applications = new[] { till.Shop.Application },
            returnPolicy = "unlimited",
        })).Expect(200);
        return till;
    }

    private static async Task<string> NewCustomerAsync(Till till)
    {
        var id = await till.NewCustomerAsync();
        (await till.Shop.PostAsync(
            $"programs/{till.Program}/profiles/{id}/points", new { points = Welcome, reason = "Welcome" })).Expect(201);
        return id;
    }

    private Task StepAsync(Till till, ModelSession session, string[] customers) => _random.Next(8) switch
    {
        0 => PutAsync(till, session, "open", customers),
        1 or 2 => PutAsync(till, session, "closed", customers),
        3 => MoveAsync(till, session, "cancelled"),
        4 => MoveAsync(till, session, "open"),
        5 => SpendAsync(till, session),
        _ => ReturnAsync(till, session),
    };

    /// <summary>Makes or changes a cart, or closes it; an order that is closed already refuses.</summary>
    private async Task PutAsync(Till till, ModelSession session, string state, string[] customers)
    {
        if (session.State == "cancelled" || session.IsClosed)
        {
            var other = Content(new ModelSession(session.Id), customers);
            // Opening with a content is the one thing that a closed order takes.
            if (session.IsClosed && state == "open") return;
            (await till.Shop.PutAsync($"sessions/{session.Id}", other.Body(state))).ExpectProblem(409, "illegal-move");
            return;
        }

        // Whoever spends in the name of a cart stays its customer: only theirs comes back.
        if (session.Spent.Count == 0 || session.Lines.Count == 0) Content(session, customers);
        await TwiceAsync(() => till.Shop.PutAsync($"sessions/{session.Id}", session.Body(state)));
        session.State = state;
        session.Returned = new long[session.Lines.Count];
        if (state != "closed") return;
        session.ClosedAt = app.Clock.GetUtcNow();
        session.Events.Add("closed");
    }

    private async Task MoveAsync(Till till, ModelSession session, string state)
    {
        if (session.State == "none") return;
        var isLegal = session.State != "cancelled" || state == "cancelled";
        Task<ApiAnswer> Ask() => till.Shop.PutAsync($"sessions/{session.Id}", new { state });
        if (!isLegal)
        {
            (await Ask()).ExpectProblem(409, "illegal-move");
            return;
        }

        await TwiceAsync(Ask);
        if (session.IsClosed) session.Events.Add(state == "open" ? "reopened" : "cancelled");
        if (session.IsClosed || (session.State == "open" && state == "cancelled")) session.GiveBack(isAll: true);
        session.State = state;
    }

    /// <summary>Spends points in the name of an order.</summary>
    private async Task SpendAsync(Till till, ModelSession session)
    {
        if (session.State != "open") return;
        var points = _random.Next(1, 30);
        (await till.Shop.PostAsync(
            $"programs/{till.Program}/profiles/{session.Customer}/deductions",
            new { points, reason = "Paid", sessionId = session.Id })).Expect(201);
        var (spent, back) = session.Spent.GetValueOrDefault(session.Customer);
        session.Spent[session.Customer] = (spent + (points * 100), back);
    }

    private async Task ReturnAsync(Till till, ModelSession session)
    {
        var line = session.Lines.Count == 0 ? 0 : _random.Next(session.Lines.Count);
        var quantity = _random.Next(1, 3);
        var body = new { items = new[] { new { line = line + 1, quantity } } };
        Task<ApiAnswer> Ask(string key) =>
            till.Shop.PostAsync($"sessions/{session.Id}/returns", body, ("Idempotency-Key", key));
        var key = app.NewName("return");
        if (session.State == "none") (await Ask(key)).ExpectProblem(404, "not-found");
        else if (!session.IsClosed) (await Ask(key)).ExpectProblem(409, "illegal-move");
        else if (session.Returned[line] + quantity > session.Lines[line].Quantity)
            (await Ask(key)).ExpectProblem(409, "over-return");
        else
        {
            await TwiceAsync(() => Ask(key));
            session.Returned[line] += quantity;
            session.State = "partially_returned";
            session.GiveBack(isAll: false);
            session.Events.Add("returned");
        }
    }

    /// <summary>Asks once, twice, or twice at the same time: it is done once.</summary>
    private async Task TwiceAsync(Func<Task<ApiAnswer>> ask)
    {
        switch (_random.Next(3))
        {
            case 0:
                (await ask()).Expect(200);
                break;
            case 1:
                var first = (await ask()).Expect(200);
                Assert.Equal(first.Body, (await ask()).Expect(200).Body);
                break;
            default:
                foreach (var answer in await Task.WhenAll(ask(), ask(), ask())) answer.Expect(200);
                break;
        }
    }

    private ModelSession Content(ModelSession session, string[] customers)
    {
        session.Customer = customers[_random.Next(customers.Length)];
        session.Channel = _random.Next(2) == 0 ? "online" : "pos";
        session.Lines =
        [
            .. Enumerable.Range(0, _random.Next(1, 4)).Select(i =>
                ($"SKU-{_random.Next(4)}-{i}", (long)_random.Next(1, 5), (long)_random.Next(0, 2000))),
        ];
        session.Discount = _random.NextInt64(session.Gross / 2 + 1);
        return session;
    }

    private static async Task AgreeAsync(Till till, List<ModelSession> sessions, string[] customers)
    {
        foreach (var id in customers)
        {
            var closed = sessions.Where(s => s.IsClosed && s.Customer == id).ToList();
            var spent = sessions.Select(s => s.Spent.GetValueOrDefault(id)).Sum(s => s.Spent - s.Back);
            var balance = (await till.Shop.GetAsync($"programs/{till.Program}/profiles/{id}/balance")).Expect(200);
            Assert.Equal(
                Welcome + ((closed.Sum(s => s.Earned) - spent) / 100m),
                balance.Number("active") - balance.Number("negative"));

            var overview = (await till.Shop.GetAsync($"profiles/{id}/overview")).Expect(200).Json;
            Assert.Equal(closed.Count, (int)overview["totalOrders"]!);
            Assert.Equal(closed.Count(s => s.Discount > 0), (int)overview["discountedOrders"]!);
            Assert.Equal(closed.Sum(s => s.Total), Sum(overview["totalSpent"]!));
            Assert.Equal(closed.Sum(s => s.Total - s.Refunded), Sum(overview["netRevenue"]!));
            Assert.Equal(closed.Sum(s => s.Discount - s.ReturnedDiscount), Sum(overview["accruedDiscounts"]!));
            Assert.Equal(
                (closed.Count == 0 ? null : closed.Min(s => s.ClosedAt), closed.Count == 0 ? null : closed.Max(s => s.ClosedAt)),
                (At(overview["firstOrderAt"]), At(overview["lastOrderAt"])));
            foreach (var channel in overview["channels"]!.AsArray())
                Assert.Equal(
                    closed.Count(s => s.Channel == (string)channel!["channel"]!), (int)channel!["totalOrders"]!);
            await ProductsAgreeAsync(till, id, closed);
            var differences = (await till.Shop.GetAsync($"reconciliation?profile={id}")).Expect(200).Json["items"]!;
            Assert.True(differences.AsArray().Count == 0, differences.ToJsonString());
            Assert.True((bool)(await till.Shop.GetAsync($"programs/{till.Program}/profiles/{id}/verify")).Json["ok"]!);
        }
    }

    private static async Task ProductsAgreeAsync(Till till, string id, List<ModelSession> closed)
    {
        var expected = closed.SelectMany(s => s.Lines.Select((l, i) => (l.Sku, l.Quantity, Back: s.Returned[i],
                Spent: l.Quantity * l.Price)))
            .GroupBy(l => l.Sku).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Sum(l => l.Quantity), g.Sum(l => l.Back), g.Sum(l => l.Spent)));
        var items = (await till.Shop.GetAsync($"profiles/{id}/products?limit=200")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(
            expected,
            items.Select(p => ((string)p!["sku"]!, (long)p["count"]!, (long)p["returned"]!, Sum(p["totalSpent"]!))));
    }

    private static async Task EventsAgreeAsync(Till till, ModelSession session)
    {
        if (session.Events.Count == 0) return;
        var key = SessionKey.Of(AppEnvironment.Live, till.Shop.Application, session.Id);
        Assert.Equal(
            session.Events.Select(e => "session." + e), await till.EventsAsync(SessionTable.TableName, key.ToString()));
    }

    private static long Sum(JsonNode money) => money.AsArray().Sum(m => (long)m!["amount"]!);

    private static DateTimeOffset? At(JsonNode? instant) => instant?.GetValue<DateTimeOffset>();
}
