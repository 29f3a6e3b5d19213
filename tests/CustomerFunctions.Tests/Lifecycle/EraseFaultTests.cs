using CustomerFunctions.Lifecycle;
using CustomerFunctions.Orders;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>Erasures while storage fails, and while the customer is still ordering and paying.</summary>
public sealed class EraseFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private readonly List<(string Mark, bool IsUnlinked)> _gone = [];

    private sealed record Case(Till Till, MarkedCustomer Zoe, ProfileKey Key);

    [Fact]
    public async Task An_erasure_survives_a_fault_at_every_storage_call()
    {
        var till = await WarmAsync();
        var tried = await FaultEnumeration.RunAsync(
            "erase a customer everywhere", app.Probe, () => OrderedAsync(till), EraseAsync,
            async c =>
            {
                await GoneAsync(c);
                Assert.Equal((1, 4000L), await FiguresAsync(c));
            },
            callsVary: true);
        Assert.True(tried >= 25, $"{tried} faults");
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Nothing_is_left_of_an_order_that_is_closed_while_its_customer_is_erased()
    {
        var till = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "close a session while its customer is erased", app.Probe, () => NewCaseAsync(till), CloseAsync, EraseAsync,
            GoneAtOnceAsync, callsVary: true);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Nothing_is_left_of_an_order_that_is_closed_while_an_erasure_is_held_back()
    {
        var till = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "erase a customer while an order is closed", app.Probe, () => NewCaseAsync(till), EraseAsync, CloseAsync,
            GoneAtOnceAsync, callsVary: true);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Nothing_is_left_of_a_payment_that_is_taken_while_its_customer_is_erased()
    {
        var till = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "take a payment while its customer is erased", app.Probe, () => LearnedAsync(till), PayAsync, EraseAsync,
            GoneAtOnceAsync, callsVary: true);
        await NothingIsLeftAsync();
    }

    private async Task<Till> WarmAsync()
    {
        var till = await Till.OpenAsync(app);
        Assert.True(await EraseAsync(await OrderedAsync(till)));
        return till;
    }

    private async Task<Case> NewCaseAsync(Till till)
    {
        var zoe = new MarkedCustomer(app, till, MarkedCustomer.NewMark());
        await zoe.PutAsync();
        return new Case(till, zoe, await zoe.KeyAsync());
    }

    private async Task<Case> LearnedAsync(Till till)
    {
        var c = await NewCaseAsync(till);
        await CloseAsync(c);
        return c;
    }

    private async Task<Case> OrderedAsync(Till till)
    {
        var c = await LearnedAsync(till);
        await PayAsync(c);
        return c;
    }

    private static async Task<bool> CloseAsync(Case c) =>
        // 400: there is no such customer any more.
        (await c.Till.Shop.PutAsync($"sessions/{c.Zoe.Id}", c.Zoe.Order("closed"))).Status is 200 or 400;

    private static async Task<bool> PayAsync(Case c)
    {
        await c.Till.SendAsync(c.Zoe.Paid(c.Zoe.Id));
        return true;
    }

    private static async Task<bool> EraseAsync(Case c) =>
        (await c.Till.Shop.DeleteAsync($"profiles/{c.Zoe.Id}")).Status is 204 or 404;

    private async Task GoneAsync(Case c)
    {
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await ActivatorUtilities.CreateInstance<SweepErasures>(app.Services).Run(new TimerInfo(), default);
        await GoneAtOnceAsync(c);
    }

    // Without the timer's second look at erasures.
    private async Task GoneAtOnceAsync(Case c)
    {
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await ActivatorUtilities.CreateInstance<SweepIntents>(app.Services).Run(new TimerInfo(), default);
        await c.Till.SweepAsync();
        (await c.Till.Shop.GetAsync($"profiles/{c.Zoe.Id}")).ExpectProblem(404, "not-found");
        var unlinked = await c.Till.Shop.GetAsync($"payments?linked=false&fingerprint={c.Zoe.Card}");
        _gone.Add((c.Zoe.Mark, unlinked.Expect(200).Json["items"]!.AsArray().Count > 0));
    }

    // Searched once for all cases: the search reads everything. A payment whose card nobody is known by any more stays
    // with its card, as a stranger's does.
    private async Task NothingIsLeftAsync()
    {
        Assert.NotEmpty(_gone);
        var unlinked = _gone.Where(g => g.IsUnlinked).Select(g => g.Mark).ToHashSet(StringComparer.Ordinal);
        var left = await new StoredTexts(app).FindAsync([.. _gone.Select(g => g.Mark)]);
        Assert.DoesNotContain(
            left,
            l => !l.StartsWith("Payments/", StringComparison.Ordinal)
                || !unlinked.Contains(l[(l.LastIndexOf(' ') + 1)..]));
    }

    private async Task<(int Orders, long Spent)> FiguresAsync(Case c)
    {
        var profiles = app.Services.GetRequiredService<ProfilesTable>();
        var figures = (await profiles.FindAsync(AppEnvironment.Live, c.Key, default))!.Figures;
        return (figures.Orders, figures.Money["EUR"].SpentMinor);
    }
}
