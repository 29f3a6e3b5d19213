using CustomerFunctions.Lifecycle;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>A customer who left words everywhere is erased, and then everything that the app has stored is searched.
/// </summary>
public sealed class EraseEverywhereTests(AppUnderTest app, AzuriteFixture azurite) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task No_word_of_an_erased_customer_is_left_anywhere()
    {
        var till = await Till.OpenAsync(app);
        var (friend, stranger) = (await till.NewCustomerAsync(), MarkedCustomer.NewMark());
        var zoe = new MarkedCustomer(app, till, MarkedCustomer.NewMark());
        await zoe.RegisterAsync();
        await zoe.OrderAsync();
        await zoe.PayAsync();
        await till.LearnAsync(friend, app.NewName("fp"));
        await zoe.CollectAsync(friend);
        var import = await zoe.ImportAsync(stranger);
        var export = await ExportAsync(till);
        var key = await zoe.KeyAsync();
        var before = await StandAsync(till, key);
        var stored = new StoredTexts(app);
        Assert.True((await stored.FindAsync(zoe.Texts)).Count > 40);
        Assert.Contains(await stored.FindAsync(zoe.Mark), place => place.StartsWith("KeptAnswers/", StringComparison.Ordinal));
        var others = (await stored.FindAsync(stranger)).Select(PlaceOf).Where(IsKept).ToHashSet();

        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(204);
        Assert.Empty(await stored.FindAsync(zoe.Texts));

        // What others wrote is still there, and what was counted still counts.
        Assert.Superset(others, (await stored.FindAsync(stranger)).Select(PlaceOf).ToHashSet());
        Assert.Equal(before, await StandAsync(till, key));
        Assert.Equal(4, (await till.Shop.RejectedAsync(import)).Length);
        Assert.Null((await till.Shop.GetAsync($"exports/{export}")).Expect(200).Json["file"]);
        (await till.Shop.GetAsync($"profiles/{zoe.Id}")).ExpectProblem(404, "not-found");
        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).ExpectProblem(404, "not-found");

        // Terminals say it all again, and more; the timer looks over it.
        await zoe.PayAgainAsync();
        await SweepAsync();
        Assert.Empty(await stored.FindAsync(zoe.Texts));
    }

    [Fact]
    public async Task An_erasure_that_is_too_much_for_a_request_is_finished_by_the_timer()
    {
        await using var slow = new AppUnderTest(azurite)
        {
            Replace = services => services.Configure<LifecycleOptions>(o => o.EraseSeconds = 0),
        };
        await slow.InitializeAsync();
        var till = await Till.OpenAsync(slow);
        var zoe = new MarkedCustomer(slow, till, MarkedCustomer.NewMark());
        await zoe.RegisterAsync();
        await zoe.OrderAsync();
        Assert.Equal("erasing", (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(202).Text("state"));
        await SweepAsync(slow);
        Assert.Empty(await new StoredTexts(slow).FindAsync(zoe.Texts));
        (await till.Shop.GetAsync($"profiles/{zoe.Id}")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task An_open_order_goes_on_without_its_erased_customer()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var session = app.NewName("s");
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("open", ("profileId", zoe)))).Expect(200);
        (await till.Shop.DeleteAsync($"profiles/{zoe}")).Expect(204);
        var left = (await till.Shop.GetAsync($"sessions/{session}")).Expect(200);
        Assert.Equal(("open", 1500), (left.Text("state"), (int)left.Number("total")));
        Assert.Null(left.Json["profileId"]);
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed", ("profileId", zoe))))
            .ExpectProblem(400, "invalid");
        var closed = await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed", ("channel", "aggregator")));
        Assert.Null(closed.Expect(200).Json["profileId"]);
    }

    [Fact]
    public async Task A_payment_of_an_erased_customer_keeps_its_points_and_gives_back_what_is_refunded_later()
    {
        var till = await Till.OpenAsync(app);
        var zoe = new MarkedCustomer(app, till, MarkedCustomer.NewMark());
        await zoe.RegisterAsync();
        (await till.Shop.PutAsync($"sessions/{zoe.Id}", zoe.Order("closed"))).Expect(200);
        await till.SendAsync(zoe.Paid($"{zoe.Id}-1"));
        var key = await zoe.KeyAsync();
        Assert.Equal(40, await PointsAsync(till, key));
        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(204);
        await till.SendAsync(zoe.Paid($"{zoe.Id}-1"));
        Assert.Equal(40, await PointsAsync(till, key));
        await till.SendAsync(till.Refund($"{zoe.Id}-1", "r-1", 500));
        Assert.Equal(35, await PointsAsync(till, key));
        var payment = await till.PaymentAsync($"{zoe.Id}-1");
        Assert.Equal((key.ToString(), 500L), (payment.Outcome.ProfileKey, payment.Outcome.Refunded));
    }

    private static string PlaceOf(string found) => found[..found.LastIndexOf(':')];

    private static bool IsKept(string place) =>
        !place.StartsWith("import-uploads", StringComparison.Ordinal)
        && !place.StartsWith("exports", StringComparison.Ordinal);

    private async Task<decimal> PointsAsync(Till till, ProfileKey key)
    {
        var program = await app.Services.GetRequiredService<ProgramCatalog>()
            .FindAsync(AppEnvironment.Live, till.Program, default);
        return (await app.Services.GetRequiredService<WalletReader>().BalanceAsync(
            WalletId.Of(AppEnvironment.Live, till.Program, key), program!, Ledgers.All, null, null, default))
            .Active.Hundredths / 100m;
    }

    /// <summary>Points, entries and what the customer spent; all of it proven.</summary>
    private async Task<string> StandAsync(Till till, ProfileKey key)
    {
        var wallet = WalletId.Of(AppEnvironment.Live, till.Program, key);
        var reader = app.Services.GetRequiredService<WalletReader>();
        var proof = await reader.VerifyAsync(wallet, default);
        Assert.Null(proof.FirstBad);
        var profiles = app.Services.GetRequiredService<CustomerFunctions.Profiles.Storage.ProfilesTable>();
        var figures = (await profiles.FindAsync(AppEnvironment.Live, key, default))!.Figures;
        return $"{await PointsAsync(till, key)} points in {proof.Entries} entries, {figures.Orders} orders, "
            + string.Join(' ', figures.Money);
    }

    private static async Task<string> ExportAsync(Till till)
    {
        var started = (await till.Shop.PostAsync("exports", new { kind = "customers", format = "csv" })).Expect(202);
        await till.Shop.AwaitAsync($"exports/{started.Text("exportId")}");
        return started.Text("exportId");
    }

    private async Task SweepAsync(AppUnderTest? other = null)
    {
        var swept = other ?? app;
        swept.Clock.Advance(TimeSpan.FromMinutes(3));
        await ActivatorUtilities.CreateInstance<SweepErasures>(swept.Services).Run(new TimerInfo(), default);
        await ActivatorUtilities.CreateInstance<TidyProfiles>(swept.Services).Run(new TimerInfo(), default);
    }
}
