using CustomerFunctions.Imports;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Each storage call of the activities fails once, before or after its effect; the activity is run again, as
/// the orchestration does.</summary>
public sealed class ImportFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private int _number;

    [Fact]
    public async Task Applying_rows_ends_the_same_whichever_storage_call_fails()
    {
        var shop = await app.NewApplicationAsync("live");
        var tried = await FaultEnumeration.RunAsync(
            "import: apply rows", app.Probe, () => ArrangeAsync(shop), async c =>
            {
                c.Counts = await Activity<ApplyImportRows>().Run(c.Piece, default);
                return true;
            },
            c => CheckAppliedAsync(shop, c));
        Assert.True(tried > 20, $"{tried} faults");
    }

    [Fact]
    public async Task Ending_an_import_ends_the_same_whichever_storage_call_fails()
    {
        var shop = await app.NewApplicationAsync("live");
        var tried = await FaultEnumeration.RunAsync(
            "import: end", app.Probe,
            async () =>
            {
                var subject = await ArrangeAsync(shop);
                subject.Counts = subject.Read.Plus(await Activity<ApplyImportRows>().Run(subject.Piece, default));
                return subject;
            },
            async c =>
            {
                var order = new ImportOrder(AppEnvironment.Live, c.Piece.ImportId);
                await Activity<EndImport>().Run(new ImportEnding(order, 1, 1, c.Counts, null), default);
                return true;
            },
            c => CheckEndedAsync(shop, c));
        Assert.True(tried > 10, $"{tried} faults");
    }

    private T Activity<T>() => ActivatorUtilities.CreateInstance<T>(app.Services);

    /// <summary>An import of four rows whose pieces are read and settled: two good ones, one whose phone is taken by
    /// the
    /// first, one without an email.</summary>
    private async Task<Case> ArrangeAsync(ApiClient shop)
    {
        var n = Interlocked.Increment(ref _number);
        var importId = await shop.UploadAsync(
            $"name,email,phone\nA,a{n}@f.example.com,+4471{n:D8}\nB,b{n}@f.example.com,\n"
            + $"C,c{n}@f.example.com,071{n:D8}\nD,,\n");
        var imports = app.Services.GetRequiredService<ImportsTable>();
        await imports.ChangeAsync(AppEnvironment.Live, importId, i => i with
        {
            State = ImportState.Running, Options = ImportOptions.Default, StartedAt = app.Clock.GetUtcNow(),
        }, default);
        var scan = await Activity<ScanImport>().Run(new ImportOrder(AppEnvironment.Live, importId), default);
        var piece = new ImportPiece(AppEnvironment.Live, importId, 0, scan.Ranges, 1, scan.Encoding);
        var read = await Activity<ReadImportRange>().Run(piece, default);
        read = read.Plus(await Activity<ClaimImportKeys>().Run(piece, default));
        await Activity<SettleImportKeys>().Run(piece, default);
        return new Case(n, piece, read);
    }

    private static async Task CheckAppliedAsync(ApiClient shop, Case c)
    {
        Assert.Equal(new ImportCounts(0, 2, 0, 0, 0, 1), c.Counts);
        foreach (var (name, count) in new[] { ("a", 1), ("b", 1), ("c", 0) })
        {
            var found = await shop.GetAsync($"profiles?search={name}{c.Number}@f.example.com");
            Assert.Equal(count, found.Expect(200).Json["items"]!.AsArray().Count);
        }
    }

    private async Task CheckEndedAsync(ApiClient shop, Case c)
    {
        var import = (await shop.GetAsync($"imports/{c.Piece.ImportId}")).Expect(200).Json;
        Assert.Equal("completed", import["state"]!.GetValue<string>());
        Assert.Equal("2/0/0/0/2 of 4", import.Counts());
        Assert.Equal(["4,phone,duplicate-phone", "5,email,missing-email"], await shop.RejectedAsync(import));
        var row = await app.Services.GetRequiredService<StorageAccount>().Table(ImportsTable.TableName)
            .FindAsync("live", c.Piece.ImportId, default);
        Assert.Equal(1, row!.GetInt64("EventSequence"));
    }

    private sealed record Case(int Number, ImportPiece Piece, ImportCounts Read)
    {
        public ImportCounts Counts { get; set; } = ImportCounts.None;
    }
}
