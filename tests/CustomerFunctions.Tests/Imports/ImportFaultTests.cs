using System.Collections.Concurrent;
using CustomerFunctions.Imports;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Profiles;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Each storage call of the activities fails once, before or after its effect; the activity is run again, as
/// the orchestration does.</summary>
public sealed class ImportFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private static readonly string[] Names = ["apply", "end", "apply-twice", "read-twice", "end-twice"];
    private int _number;

    [Fact]
    public async Task Applying_rows_ends_the_same_whichever_storage_call_fails()
    {
        var shop = await app.NewApplicationAsync("live", name: "apply");
        var tried = await FaultEnumeration.RunAsync(
            "import: apply rows", app.Probe, () => ArrangeAsync(shop), ApplyAsync,
            c => CheckAppliedAsync(shop, c));
        Assert.True(tried > 8, $"{tried} faults");
    }

    [Fact]
    public async Task Ending_an_import_ends_the_same_whichever_storage_call_fails()
    {
        var shop = await app.NewApplicationAsync("live", name: "end");
        var tried = await FaultEnumeration.RunAsync(
            "import: end", app.Probe,
            async () =>
            {
                var c = await ArrangeAsync(shop);
                await ApplyAsync(c);
                return c;
            },
            EndAsync, c => CheckEndedAsync(shop, c));
        Assert.True(tried > 8, $"{tried} faults");
    }

    [Fact]
    public async Task Two_runs_that_apply_the_same_rows_count_them_alike_wherever_one_is_held_back()
    {
        var shop = await app.NewApplicationAsync("live", name: "apply-twice");
        var paused = await FaultEnumeration.PauseAsync(
            "import: apply rows twice", app.Probe, () => ArrangeAsync(shop), ApplyAsync, ApplyAsync,
            async c =>
            {
                Assert.True(c.All.Count >= 2);
                Assert.Single(c.All.Distinct());
                await CheckAppliedAsync(shop, c);
                await new Customers(app).AssertSoundAsync();
            },
            callsVary: true);
        Assert.True(paused > 10, $"{paused} pauses");
    }

    [Fact]
    public async Task Two_runs_that_read_and_settle_the_same_rows_find_the_same_wherever_one_is_held_back()
    {
        var shop = await app.NewApplicationAsync("live", name: "read-twice");
        var paused = await FaultEnumeration.PauseAsync(
            "import: read and settle twice", app.Probe, () => ArrangeAsync(shop), ReadAsync, ReadAsync,
            async c =>
            {
                Assert.All(c.All, counts => Assert.Equal(c.Read, counts));
                await ApplyAsync(c);
                await CheckAppliedAsync(shop, c);
            });
        Assert.True(paused > 10, $"{paused} pauses");
    }

    [Fact]
    public async Task Two_runs_that_end_an_import_end_it_once_wherever_one_is_held_back()
    {
        var shop = await app.NewApplicationAsync("live", name: "end-twice");
        var paused = await FaultEnumeration.PauseAsync(
            "import: end twice", app.Probe,
            async () =>
            {
                var c = await ArrangeAsync(shop);
                await ApplyAsync(c);
                return c;
            },
            EndAsync, EndAsync, c => CheckEndedAsync(shop, c));
        Assert.True(paused > 5, $"{paused} pauses");
    }

    private async Task<bool> ReadAsync(Case c)
    {
        await Activity<ScanImport>().Run(new ImportOrder(AppEnvironment.Live, c.Piece.ImportId), default);
        var read = (await Activity<ReadImportRange>().Run(c.Piece, default)).Counts;
        c.All.Add(read.Plus((await Activity<ClaimImportKeys>().Run(c.Piece, default)).Counts));
        await Activity<SettleImportKeys>().Run(c.Piece, default);
        return true;
    }

    private async Task<bool> ApplyAsync(Case c)
    {
        c.Counts = (await Activity<ApplyImportRows>().Run(c.Piece, default)).Counts;
        c.All.Add(c.Counts);
        return true;
    }

    private async Task<bool> EndAsync(Case c)
    {
        var order = new ImportOrder(AppEnvironment.Live, c.Piece.ImportId);
        await Activity<EndImport>().Run(new ImportEnding(order, 1, 1, c.Read.Plus(c.Counts), null), default);
        return true;
    }

    private T Activity<T>() => ActivatorUtilities.CreateInstance<T>(app.Services);

    /// <summary>An import of three rows whose pieces are read and settled: a good one, one whose phone is taken by the
    /// first, one without an email. Its id and all that is made from it are the same in every run of the tests, so that
    /// the same partitions are written and the same number of calls is made.</summary>
    private async Task<Case> ArrangeAsync(ApiClient shop)
    {
        var (n, name) = (Interlocked.Increment(ref _number), shop.Application);
        var phone = $"{Array.IndexOf(Names, name)}{n:D8}";
        using var file = new StringContent(
            $"name,email,phone\nA,a{n}@{name}.example.com,+447{phone}\nC,c{n}@{name}.example.com,07{phone}\nD,,\n");
        var uploaded = await shop.PostAsync("imports?kind=customers", file, ("Idempotency-Key", $"case-{n}"));
        var importId = uploaded.Expect(201).Text("importId");
        var imports = app.Services.GetRequiredService<ImportsTable>();
        await imports.ChangeAsync(AppEnvironment.Live, importId, i => i with
        {
            State = ImportState.Running,
            Options = ImportOptions.Default,
            StartedAt = app.Clock.GetUtcNow(),
        }, default);
        var scan = await Activity<ScanImport>().Run(new ImportOrder(AppEnvironment.Live, importId), default);
        var piece = new ImportPiece(AppEnvironment.Live, importId, 0, scan.Ranges, 1, scan.Encoding);
        var read = (await Activity<ReadImportRange>().Run(piece, default)).Counts;
        read = read.Plus((await Activity<ClaimImportKeys>().Run(piece, default)).Counts);
        await Activity<SettleImportKeys>().Run(piece, default);
        return new Case(n, piece, read);
    }

    private static async Task CheckAppliedAsync(ApiClient shop, Case c)
    {
        Assert.Equal(new ImportCounts(0, 1, 0, 0, 0, 1), c.Counts);
        foreach (var (name, count) in new[] { ("a", 1), ("c", 0) })
        {
            var found = await shop.GetAsync($"profiles?search={name}{c.Number}@{shop.Application}.example.com");
            Assert.Equal(count, found.Expect(200).Json["items"]!.AsArray().Count);
        }
    }

    private async Task CheckEndedAsync(ApiClient shop, Case c)
    {
        var import = (await shop.GetAsync($"imports/{c.Piece.ImportId}")).Expect(200).Json;
        Assert.Equal("completed", import["state"]!.GetValue<string>());
        Assert.Equal("1/0/0/0/2 of 3", import.Counts());
        Assert.Equal(["3,phone,duplicate-phone", "4,email,missing-email"], await shop.RejectedAsync(import));
        var row = await app.Services.GetRequiredService<StorageAccount>().Table(ImportsTable.TableName)
            .FindAsync("live", c.Piece.ImportId, default);
        Assert.Equal(1, row!.GetInt64("EventSequence"));
    }

    private sealed record Case(int Number, ImportPiece Piece, ImportCounts Read)
    {
        /// <summary>What the last run counted.</summary>
        public ImportCounts Counts { get; set; } = ImportCounts.None;

        /// <summary>What each run counted that came to its end.</summary>
        public ConcurrentBag<ImportCounts> All { get; } = [];
    }
}
