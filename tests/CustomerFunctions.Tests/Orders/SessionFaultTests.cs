using System.Text.Json.Nodes;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Orders;

/// <summary>Returning, cancelling and reopening orders while storage fails, and while others work on the same order or
/// the sweeper finishes it.</summary>
public sealed class SessionFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    /// <summary>A closed order of two pizzas for 15 euros, in which 8 of 20 points were spent.</summary>
    private sealed record Case(Till Till, string Zoe, string Session)
    {
        /// <summary>The statuses that the two tills were answered with at last.</summary>
        public int First { get; set; }

        public int Second { get; set; }
    }

    [Fact]
    public async Task Returning_survives_a_fault_at_every_storage_call()
    {
        var till = await WarmAsync();
        var tried = await FaultEnumeration.RunAsync(
            "return items", app.Probe, () => ClosedAsync(till), ReturnAsync, ReturnedAsync, callsVary: true);
        Assert.True(tried > 15, $"{tried} faults");
    }

    [Fact]
    public async Task Cancelling_survives_a_fault_at_every_storage_call()
    {
        var till = await WarmAsync();
        var tried = await FaultEnumeration.RunAsync(
            "cancel a returned session", app.Probe, () => HalfAsync(till), c => PutAsync(c, "cancelled"), CancelledAsync,
            callsVary: true);
        Assert.True(tried > 15, $"{tried} faults");
    }

    [Fact]
    public async Task Reopening_survives_a_fault_at_every_storage_call()
    {
        var till = await WarmAsync();
        var tried = await FaultEnumeration.RunAsync(
            "reopen a session", app.Probe, () => HalfAsync(till), c => PutAsync(c, "open"), ReopenedAsync, callsVary: true);
        Assert.True(tried > 15, $"{tried} faults");
    }

    [Fact]
    public async Task Two_returns_both_count_wherever_one_is_held_back()
    {
        var till = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "return and return", app.Probe, () => ClosedAsync(till), ReturnAsync, c => ReturnAsync(c, "second"),
            c => StandsAsync(c, "partially_returned", "1/1500/1500", 20, "closed,returned,returned"), callsVary: true);
    }

    [Fact]
    public async Task A_return_and_a_cancellation_end_cancelled_wherever_one_is_held_back()
    {
        var till = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "return and cancel", app.Probe, () => ClosedAsync(till),
            async c => (c.First = (await AskReturnAsync(c, "first")).Status) is 200 or 409,
            async c => (c.Second = (await AskAsync(c, "cancelled")).Status) is 200,
            c => StandsAsync(
                c, "cancelled", "0/0/0", 20, c.First == 200 ? "closed,returned,cancelled" : "closed,cancelled"),
            callsVary: true);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("open")]
    public async Task What_stands_still_anywhere_is_finished_by_the_sweeper_once(string state)
    {
        var till = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            $"{state} and sweep", app.Probe,
            async () =>
            {
                app.Clock.Advance(TimeSpan.FromMinutes(3));
                return await HalfAsync(till);
            },
            c => PutAsync(c, state),
            async _ =>
            {
                app.Clock.Advance(TimeSpan.FromMinutes(3));
                await till.SweepAsync();
                return true;
            },
            c => state == "open" ? ReopenedAsync(c) : CancelledAsync(c), callsVary: true);
    }

    [Fact]
    public async Task A_session_that_was_opened_and_closed_again_keeps_one_row_wherever_the_first_close_is_held_back()
    {
        var till = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "close and move on", app.Probe, () => CartAsync(till),
            async c => (await AskCloseAsync(c, c.Zoe, "A-1")).Status is 200 or 409,
            async c =>
            {
                // Another till closes the same order, opens it and closes it for somebody else.
                if (!await CloseAsync(c, c.Zoe, "A-1")) return false;
                if (!await PutAsync(c, "open")) return false;
                return await CloseAsync(c, await c.Till.NewCustomerAsync(), "A-2");
            },
            async c =>
            {
                Assert.Equal("0/0/0", await c.Till.FiguresAsync(c.Zoe));
                Assert.Equal(20, await c.Till.ActiveAsync(c.Zoe));
                var now = (await c.Till.Shop.GetAsync($"sessions/{c.Session}")).Expect(200).Text("profileId");
                Assert.Equal("1/1500/0", await c.Till.FiguresAsync(now));
                foreach (var (id, count) in new[] { (c.Zoe, 0), (now, 1) })
                    foreach (var section in (string[])["sessions", "transactions"])
                        Assert.Equal(count, (await c.Till.Shop.GetAsync($"profiles/{id}/{section}")).Expect(200)
                            .Json["items"]!.AsArray().Count);
            },
            callsVary: true);
    }

    private async Task<Till> WarmAsync()
    {
        var till = await Till.OpenAsync(app);
        await CancelledOnceAsync(await HalfAsync(till));
        return till;
    }

    private static async Task CancelledOnceAsync(Case c)
    {
        Assert.True(await PutAsync(c, "cancelled"));
        await CancelledAsync(c);
    }

    private async Task<Case> CartAsync(Till till)
    {
        var c = new Case(till, await till.NewCustomerAsync(), app.NewName("s"));
        var wallet = $"programs/{till.Program}/profiles/{c.Zoe}";
        (await till.Shop.PostAsync($"{wallet}/points", new { points = 20, reason = "Welcome" })).Expect(201);
        return c;
    }

    private async Task<Case> ClosedAsync(Till till)
    {
        var c = await CartAsync(till);
        (await till.Shop.PostAsync(
            $"programs/{till.Program}/profiles/{c.Zoe}/deductions",
            new { points = 8, reason = "Paid", sessionId = c.Session })).Expect(201);
        Assert.True(await CloseAsync(c, c.Zoe, "A-1"));
        return c;
    }

    private async Task<Case> HalfAsync(Till till)
    {
        var c = await ClosedAsync(till);
        Assert.True(await ReturnAsync(c));
        return c;
    }

    private static Task<ApiAnswer> AskCloseAsync(Case c, string profile, string number) => c.Till.Shop.PutAsync(
        $"sessions/{c.Session}", Till.Order("closed", ("profileId", profile), ("orderNumber", number)));

    private static async Task<bool> CloseAsync(Case c, string profile, string number) =>
        (await AskCloseAsync(c, profile, number)).IsSuccess;

    private static Task<ApiAnswer> AskReturnAsync(Case c, string key) => c.Till.Shop.PostAsync(
        $"sessions/{c.Session}/returns", new { items = new[] { new { line = 1, quantity = 1 } } },
        ("Idempotency-Key", c.Session + key));

    private static Task<bool> ReturnAsync(Case c) => ReturnAsync(c, "first");

    private static async Task<bool> ReturnAsync(Case c, string key) => (await AskReturnAsync(c, key)).IsSuccess;

    private static Task<ApiAnswer> AskAsync(Case c, string state) =>
        c.Till.Shop.PutAsync($"sessions/{c.Session}", new JsonObject { ["state"] = state });

    private static async Task<bool> PutAsync(Case c, string state) => (await AskAsync(c, state)).IsSuccess;

    private static Task ReturnedAsync(Case c) =>
        StandsAsync(c, "partially_returned", "1/1500/750", 20 - 8 + 4 + 7, "closed,returned");

    private static Task CancelledAsync(Case c) =>
        StandsAsync(c, "cancelled", "0/0/0", 20, "closed,returned,cancelled");

    private static Task ReopenedAsync(Case c) => StandsAsync(c, "open", "0/0/0", 20, "closed,returned,reopened");

    private static async Task StandsAsync(Case c, string state, string figures, decimal active, string events)
    {
        Assert.Equal(state, (await c.Till.Shop.GetAsync($"sessions/{c.Session}")).Expect(200).Text("state"));
        Assert.Equal(figures, await c.Till.FiguresAsync(c.Zoe));
        Assert.Equal(active, await c.Till.ActiveAsync(c.Zoe));
        var key = SessionKey.Of(AppEnvironment.Live, c.Till.Shop.Application, c.Session);
        Assert.Equal(
            events.Split(',').Select(e => "session." + e),
            await c.Till.EventsAsync(SessionTable.TableName, key.ToString()));
        var list = (await c.Till.Shop.GetAsync($"profiles/{c.Zoe}/sessions")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(state, (string)Assert.Single(list)!["state"]!);
        var sold = (await c.Till.Shop.GetAsync($"profiles/{c.Zoe}/transactions")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(state == "open" ? 0 : 1, sold.Count);
        Assert.True((bool)(await c.Till.Shop.GetAsync($"programs/{c.Till.Program}/profiles/{c.Zoe}/verify")).Json["ok"]!);
    }
}
