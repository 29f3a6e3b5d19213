using System.Text.Json.Nodes;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Orders;

/// <summary>Sessions that are not closed while storage fails, and while two tills write one.</summary>
public sealed class OpenSessionFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private sealed record Case(Till Till, string Zoe, string Session)
    {
        /// <summary>The statuses that the two tills were answered with at last.</summary>
        public int First { get; set; }

        public int Second { get; set; }
    }

    [Fact]
    public async Task Opening_survives_a_fault_at_every_storage_call()
    {
        var till = await WarmAsync();
        var tried = await FaultEnumeration.RunAsync(
            "open a session", app.Probe, () => NewCaseAsync(till), c => OpenAsync(c, "A-1"),
            c => StandsAsync(c, "open", "A-1"));
        Assert.True(tried >= 6, $"{tried} faults");
    }

    [Fact]
    public async Task Changing_an_open_session_survives_a_fault_at_every_storage_call()
    {
        var till = await WarmAsync();
        var tried = await FaultEnumeration.RunAsync(
            "change an open session", app.Probe, () => OpenedAsync(till), c => OpenAsync(c, "A-2"),
            c => StandsAsync(c, "open", "A-2"));
        Assert.True(tried >= 6, $"{tried} faults");
    }

    [Fact]
    public async Task Cancelling_survives_a_fault_at_every_storage_call()
    {
        var till = await WarmAsync();
        var tried = await FaultEnumeration.RunAsync(
            "cancel a session", app.Probe, () => OpenedAsync(till),
            async c => (await PutAsync(c, new JsonObject { ["state"] = "cancelled" })).IsSuccess,
            c => StandsAsync(c, "cancelled", "A-1"));
        Assert.True(tried >= 4, $"{tried} faults");
    }

    [Fact]
    public async Task A_cancelled_session_stays_cancelled_wherever_a_change_of_it_is_held_back()
    {
        var till = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "change and cancel a session", app.Probe, () => OpenedAsync(till),
            async c => (c.First = (await PutAsync(c, Order(c, "A-2"))).Status) is 200 or 409,
            async c => (c.Second = (await PutAsync(c, new JsonObject { ["state"] = "cancelled" })).Status) is 200,
            // Cancelled is final: a change came before it or was refused.
            c => StandsAsync(c, "cancelled", c.First == 200 ? "A-2" : "A-1"));
    }

    private async Task<Till> WarmAsync()
    {
        var till = await Till.OpenAsync(app);
        await OpenedAsync(till);
        return till;
    }

    private async Task<Case> NewCaseAsync(Till till) => new(till, await till.NewCustomerAsync(), app.NewName("s"));

    private async Task<Case> OpenedAsync(Till till)
    {
        var c = await NewCaseAsync(till);
        Assert.True(await OpenAsync(c, "A-1"));
        return c;
    }

    private static JsonObject Order(Case c, string number) =>
        Till.Order("open", ("profileId", c.Zoe), ("orderNumber", number));

    private static async Task<bool> OpenAsync(Case c, string number) => (await PutAsync(c, Order(c, number))).IsSuccess;

    private static Task<ApiAnswer> PutAsync(Case c, JsonObject body) =>
        c.Till.Shop.PutAsync($"sessions/{c.Session}", body);

    private static async Task StandsAsync(Case c, string state, string number)
    {
        var session = (await c.Till.Shop.GetAsync($"sessions/{c.Session}")).Expect(200);
        Assert.Equal((state, number, c.Zoe),
            (session.Text("state"), session.Text("orderNumber"), session.Text("profileId")));
        // An order counts, earns and is told of when it closes, not before.
        Assert.Equal("0/0/0", await c.Till.FiguresAsync(c.Zoe));
        Assert.Equal(0, await c.Till.ActiveAsync(c.Zoe));
        Assert.Empty(await c.Till.EventsAsync(
            SessionTable.TableName,
            SessionKey.Of(AppEnvironment.Live, c.Till.Shop.Application, c.Session).ToString()));
    }
}
