using System.Text;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Uploading, mapping and starting while storage fails, and while two callers do it at once. Nothing that is
/// started runs.</summary>
public sealed class ImportRequestFaultTests(AzuriteFixture azurite)
{
    private const string File = "name,email\nAda,ada@example.com\n";
    private readonly RecordedStarts _starts = new();

    private sealed record Case(ApiClient Shop, string Key, string ImportId)
    {
        /// <summary>The statuses that the two callers were answered with at last.</summary>
        public int First { get; set; }

        public int Second { get; set; }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Uploading_survives_a_fault_at_every_storage_call_also_when_the_SDK_repeats_it(int retries)
    {
        await using var app = await OpenAsync(retries);
        var shop = await NewShopAsync(app);
        Task<ApiAnswer> SendAsync(Case c) => UploadAsync(c, File);
        var tried = await FaultEnumeration.RunAsync(
            $"upload an import, {retries} retries of the SDK", app.Probe,
            () => Task.FromResult(new Case(shop, app.NewName("upload"), "")),
            async c => (await SendAsync(c)).IsSuccess,
            async c =>
            {
                var again = (await SendAsync(c)).Expect(201);
                Assert.Equal("true", again.Headers["Idempotency-Hit"]);
                Assert.Equal(File, await StoredAsync(app, again.Text("importId")));
            });
        Assert.True(tried >= 4, $"{tried} faults");
    }

    [Fact]
    public async Task Mapping_survives_a_fault_at_every_storage_call()
    {
        await using var app = await OpenAsync();
        var tried = await FaultEnumeration.RunAsync(
            "map an import", app.Probe, () => UploadedAsync(app), async c => (await MapAsync(c)).IsSuccess,
            async c => Assert.Equal(["email", "name"], (await FindAsync(app, c)).Mapping));
        Assert.True(tried >= 4, $"{tried} faults");
    }

    [Fact]
    public async Task Starting_survives_a_fault_at_every_storage_call()
    {
        await using var app = await OpenAsync();
        var tried = await FaultEnumeration.RunAsync(
            "start an import", app.Probe, () => UploadedAsync(app), async c => (await StartAsync(c)).Status == 202,
            c => StartedOnceAsync(app, c, ImportExisting.Update));
        Assert.True(tried >= 5, $"{tried} faults");
    }

    [Fact]
    public async Task Of_two_files_with_one_key_one_is_kept_wherever_an_upload_is_held_back()
    {
        await using var app = await OpenAsync();
        var shop = await NewShopAsync(app);
        await FaultEnumeration.PauseAsync(
            "upload and upload", app.Probe, () => Task.FromResult(new Case(shop, app.NewName("upload"), "")),
            async c => (c.First = (await UploadAsync(c, File)).Status) is 201 or 422,
            async c => (c.Second = (await UploadAsync(c, File + "x")).Status) is 201 or 422,
            async c =>
            {
                Assert.Equal([201, 422], ((int[])[c.First, c.Second]).Order());
                var kept = c.First == 201 ? File : File + "x";
                var importId = (await UploadAsync(c, kept)).Expect(201).Text("importId");
                Assert.Equal(kept, await StoredAsync(app, importId));
                Assert.Single(Uploads(app).GetBlobs(default, default, $"live/{importId}/", default));
            });
    }

    [Fact]
    public async Task The_same_start_twice_at_once_starts_once_wherever_one_is_held_back()
    {
        await using var app = await OpenAsync();
        await FaultEnumeration.PauseAsync(
            "start and start", app.Probe, () => UploadedAsync(app),
            async c => (await StartAsync(c)).Expect(202).IsSuccess,
            async c => (await StartAsync(c)).Expect(202).IsSuccess,
            c => StartedOnceAsync(app, c, ImportExisting.Update));
    }

    [Fact]
    public async Task Of_two_starts_that_differ_one_is_refused_wherever_one_is_held_back()
    {
        await using var app = await OpenAsync();
        await FaultEnumeration.PauseAsync(
            "start and start otherwise", app.Probe, () => UploadedAsync(app),
            async c => (c.First = (await StartAsync(c)).Status) is 202 or 409,
            async c => (c.Second = (await StartAsync(c, "skip")).Status) is 202 or 409,
            async c =>
            {
                Assert.Equal([202, 409], ((int[])[c.First, c.Second]).Order());
                await StartedOnceAsync(app, c, c.First == 202 ? ImportExisting.Update : ImportExisting.Skip);
            });
    }

    [Fact]
    public async Task A_mapping_that_is_held_back_anywhere_comes_before_the_start_or_is_refused()
    {
        await using var app = await OpenAsync();
        await FaultEnumeration.PauseAsync(
            "map and start", app.Probe, () => UploadedAsync(app),
            async c => (c.First = (await MapAsync(c)).Status) is 200 or 409,
            async c => (await StartAsync(c)).Expect(202).IsSuccess,
            async c =>
            {
                Assert.Equal(
                    c.First == 200 ? ["email", "name"] : ["name", "email"], (await FindAsync(app, c)).Mapping);
                await StartedOnceAsync(app, c, ImportExisting.Update);
            });
    }

    [Fact]
    public async Task A_start_that_another_one_overtakes_at_the_last_moment_is_answered_as_that_one()
    {
        await using var app = await OpenAsync();
        var c = await UploadedAsync(app);
        (await StartAsync(c)).Expect(202);
        _starts.IsHidden = true;
        (await StartAsync(c)).Expect(202);
        await StartedOnceAsync(app, c, ImportExisting.Update);
    }

    [Fact]
    public async Task A_failed_import_is_not_started_again_before_its_run_is_over()
    {
        await using var app = await OpenAsync();
        var c = await UploadedAsync(app);
        (await StartAsync(c)).Expect(202);
        var imports = app.Services.GetRequiredService<ImportsTable>();
        await imports.EndAsync(
            AppEnvironment.Live, c.ImportId, i => i with { State = ImportState.Failed }, default);
        Assert.Contains("Retry-After", (await StartAsync(c)).ExpectProblem(503, "contention").Headers.Keys);
        Assert.Equal(ImportState.Failed, (await FindAsync(app, c)).State);
        _starts.End(c.ImportId);
        (await StartAsync(c)).Expect(202);
        Assert.Equal(2, _starts.CountOf(c.ImportId));
        Assert.Equal(ImportState.Queued, (await FindAsync(app, c)).State);
    }

    [Fact]
    public async Task A_repeated_start_whose_answer_is_not_given_again_starts_no_failed_import()
    {
        await using var app = await OpenAsync();
        var c = await UploadedAsync(app);
        var key = ("Idempotency-Key", "start");
        var first = await app.NewKeyAsync(c.Shop.Application, "management", "admin");
        (await first.PostAsync($"imports/{c.ImportId}/start", new { onExisting = "update" }, key)).Expect(202);
        await app.Services.GetRequiredService<ImportsTable>().EndAsync(
            AppEnvironment.Live, c.ImportId, i => i with { State = ImportState.Failed }, default);
        _starts.End(c.ImportId);
        // Who may less than the first caller is not given the kept answer: the function runs once more.
        var again = (await c.Shop.PostAsync($"imports/{c.ImportId}/start", new { onExisting = "update" }, key)).Expect(202);
        Assert.Equal(("failed", "true"), (again.Text("state"), again.Headers["Idempotency-Hit"]));
        Assert.Equal(1, _starts.CountOf(c.ImportId));
        (await StartAsync(c)).Expect(202);
        Assert.Equal(2, _starts.CountOf(c.ImportId));
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
        await shop.GetAsync("imports");
        return shop;
    }

    private static async Task<Case> UploadedAsync(AppUnderTest app)
    {
        var shop = await app.NewApplicationAsync();
        var uploaded = await UploadAsync(new Case(shop, app.NewName("upload"), ""), File);
        return new Case(shop, "", uploaded.Expect(201).Text("importId"));
    }

    private static async Task<ApiAnswer> UploadAsync(Case c, string file)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(file));
        return await c.Shop.PostAsync("imports?kind=customers", body, ("Idempotency-Key", c.Key));
    }

    private static Task<ApiAnswer> MapAsync(Case c) => c.Shop.PutAsync($"imports/{c.ImportId}/mapping", new
    {
        columns = new object[] { new { index = 1, field = "name" }, new { index = 0, field = "email" } },
    });

    private static Task<ApiAnswer> StartAsync(Case c, string onExisting = "update") =>
        c.Shop.PostAsync($"imports/{c.ImportId}/start", new { onExisting });

    private async Task StartedOnceAsync(AppUnderTest app, Case c, ImportExisting onExisting)
    {
        var import = await FindAsync(app, c);
        Assert.Equal(
            (ImportState.Queued, new ImportOptions(onExisting, ImportMatch.Email)), (import.State, import.Options));
        Assert.Equal(1, _starts.CountOf(c.ImportId));
    }

    private static Task<ImportRecord> FindAsync(AppUnderTest app, Case c) =>
        app.Services.GetRequiredService<ImportsTable>().GetAsync(AppEnvironment.Live, c.ImportId, default);

    private static Azure.Storage.Blobs.BlobContainerClient Uploads(AppUnderTest app) =>
        app.Services.GetRequiredService<StorageAccount>().Container(ImportFiles.UploadsContainer);

    /// <summary>The file of an import, as its activities would read it.</summary>
    private static async Task<string> StoredAsync(AppUnderTest app, string importId)
    {
        var import = await FindAsync(app, new Case(app.Admin, "", importId));
        await using var file = await app.Services.GetRequiredService<ImportFiles>()
            .OpenAsync(import.Source!, 0, default);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }
}
