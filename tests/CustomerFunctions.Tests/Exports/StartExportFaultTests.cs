using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Exports;

/// <summary>Asking for an export while storage fails, and twice at once. Nothing that is started runs.</summary>
public sealed class StartExportFaultTests(AzuriteFixture azurite)
{
    private readonly RecordedStarts _starts = new();

    private sealed record Case(ApiClient Shop, string Key)
    {
        /// <summary>What the two callers were answered at last.</summary>
        public ApiAnswer? First { get; set; }

        public ApiAnswer? Second { get; set; }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Asking_survives_a_fault_at_every_storage_call_also_when_the_SDK_repeats_it(int retries)
    {
        await using var app = await OpenAsync(retries);
        var shop = await NewShopAsync(app);
        var tried = await FaultEnumeration.RunAsync(
            $"start an export, {retries} retries of the SDK", app.Probe,
            () => Task.FromResult(new Case(shop, app.NewName("export"))),
            async c => (await AskAsync(c)).Status == 202,
            c => AskedOnceAsync(app, c, "email"));
        Assert.True(tried >= 2, $"{tried} faults");
    }

    [Fact]
    public async Task The_same_request_twice_at_once_starts_once_wherever_one_is_held_back()
    {
        await using var app = await OpenAsync();
        var shop = await NewShopAsync(app);
        await FaultEnumeration.PauseAsync(
            "export and export", app.Probe, () => Task.FromResult(new Case(shop, app.NewName("export"))),
            async c => (await AskAsync(c)).Expect(202).IsSuccess,
            async c => (await AskAsync(c)).Expect(202).IsSuccess,
            c => AskedOnceAsync(app, c, "email"));
    }

    [Fact]
    public async Task Of_two_requests_with_one_key_one_is_refused_wherever_one_is_held_back()
    {
        await using var app = await OpenAsync();
        var shop = await NewShopAsync(app);
        await FaultEnumeration.PauseAsync(
            "export and export otherwise", app.Probe, () => Task.FromResult(new Case(shop, app.NewName("export"))),
            async c => (c.First = await AskAsync(c)).Status is 202 or 422,
            async c => (c.Second = await AskAsync(c, "name")).Status is 202 or 422,
            async c =>
            {
                Assert.Equal([202, 422], ((int[])[c.First!.Status, c.Second!.Status]).Order());
                await AskedOnceAsync(app, c, c.First.Status == 202 ? "email" : "name");
            });
    }

    [Fact]
    public async Task A_request_that_the_same_one_overtakes_at_the_last_moment_is_answered_as_that_one()
    {
        await using var app = await OpenAsync();
        var c = new Case(await app.NewApplicationAsync(), app.NewName("export"));
        (await AskAsync(c)).Expect(202);
        _starts.IsHidden = true;
        await AskedOnceAsync(app, c, "email");
    }

    private async Task<AppUnderTest> OpenAsync(int retries = 0)
    {
        var app = new AppUnderTest(azurite) { RetriesMax = retries, Replace = _starts.Replace };
        await app.InitializeAsync();
        return app;
    }

    /// <summary>A shop whose key is known to the app already, so that each request makes the same calls.</summary>
    private static async Task<ApiClient> NewShopAsync(AppUnderTest app)
    {
        var shop = await app.NewApplicationAsync();
        await shop.GetAsync("exports/none");
        return shop;
    }

    private static Task<ApiAnswer> AskAsync(Case c, string field = "email") => c.Shop.PostAsync(
        "exports", new { kind = "customers", fields = new[] { field } }, ("Idempotency-Key", c.Key));

    private async Task AskedOnceAsync(AppUnderTest app, Case c, string field)
    {
        var again = (await AskAsync(c, field)).Expect(202);
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        var export = new ExportRef(AppEnvironment.Live, again.Text("exportId"));
        var stored = await app.Services.GetRequiredService<ExportsTable>().GetAsync(export, default);
        Assert.Equal((ExportState.Queued, field), (stored.State, Assert.Single(stored.Order.Fields)));
        Assert.Equal(1, _starts.CountOf(export.ExportId));
    }
}
