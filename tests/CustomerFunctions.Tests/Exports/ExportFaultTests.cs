using System.Security.Cryptography;
using System.Text;
using CustomerFunctions.Exports;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Exports;

/// <summary>In an app of its own: no export that another test started makes storage calls meanwhile.</summary>
public sealed class ExportFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const int Part = 3;

    private sealed record Case(ExportRef Export)
    {
        /// <summary>What the part staged, when that was done beforehand.</summary>
        public StagedPart? Staged { get; init; }
    }

    private ExportsTable Exports => app.Services.GetRequiredService<ExportsTable>();

    [Fact]
    public async Task Ending_an_export_ends_the_same_whichever_storage_call_fails()
    {
        var tried = await FaultEnumeration.RunAsync(
            "export: stage and end", app.Probe, () => ArrangeAsync(AppEnvironment.Sandbox), StageAndEndAsync,
            async c => Assert.Equal("\uFEFFemail\r\n", await EndedAsync(c)));
        Assert.True(tried > 10, $"{tried} faults");
    }

    [Fact]
    public async Task Two_runs_of_a_part_and_the_end_make_one_file_wherever_one_is_held_back()
    {
        var file = await FillPartAsync();
        var paused = await FaultEnumeration.PauseAsync(
            "export: stage and end twice", app.Probe, () => ArrangeAsync(AppEnvironment.Live),
            StageAndEndAsync, StageAndEndAsync, async c => Assert.Equal(file, await EndedAsync(c)));
        Assert.True(paused > 10, $"{paused} pauses");
    }

    [Fact]
    public async Task Two_ends_of_the_same_parts_make_one_file_wherever_one_is_held_back()
    {
        var file = await FillPartAsync();
        var paused = await FaultEnumeration.PauseAsync(
            "export: end twice", app.Probe,
            async () =>
            {
                var c = await ArrangeAsync(AppEnvironment.Live);
                return c with { Staged = await StageAsync(c) };
            },
            StageAndEndAsync, StageAndEndAsync, async c => Assert.Equal(file, await EndedAsync(c)));
        Assert.True(paused > 4, $"{paused} pauses");
    }

    private async Task<Case> ArrangeAsync(AppEnvironment environment)
    {
        var order = new ExportOrder("customers", "csv", new ExportFilter(null, null), ["email"]);
        var record = new ExportRecord(
            Hash.Hex(Guid.NewGuid().ToString())[..32], environment, "shop", order, "", ExportState.Queued,
            app.Clock.GetUtcNow());
        Assert.True(await Exports.AddAsync(record, default));
        return new Case(new ExportRef(record.Environment, record.ExportId));
    }

    private Task<StagedPart> StageAsync(Case c) => ActivatorUtilities.CreateInstance<StageExportPart>(app.Services)
        .Run(new ExportPart(c.Export, Part), default);

    private async Task<bool> StageAndEndAsync(Case c)
    {
        var part = c.Staged ?? await StageAsync(c);
        await ActivatorUtilities.CreateInstance<EndExport>(app.Services).Run(new ExportEnding(c.Export, [part]),
            default);
        return true;
    }

    /// <summary>Makes sure that the part has customers; answers the file.</summary>
    private async Task<string> FillPartAsync()
    {
        var shop = await app.NewApplicationAsync();
        var c = await ArrangeAsync(AppEnvironment.Live);
        do
            (await shop.PutAsync($"profiles/{app.NewName("c")}", new { kind = "guest", name = "C" })).Expect(201);
        while ((await StageAsync(c)).Rows == 0);
        await StageAndEndAsync(c);
        return await EndedAsync(c);
    }

    /// <summary>The file of an export that has ended; asserts that it is what it says and was told of once.</summary>
    private async Task<string> EndedAsync(Case c)
    {
        var ended = await Exports.GetAsync(c.Export, default);
        Assert.Equal(ExportState.Completed, ended.State);
        var storage = app.Services.GetRequiredService<StorageAccount>();
        var blob = storage.Container(ExportFiles.ContainerName).GetBlobClient(ended.File!.Blob);
        var bytes = (await blob.DownloadContentAsync()).Value.Content.ToArray();
        Assert.Equal(bytes.Length, ended.File.Bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), ended.File.Sha256);
        var row = await storage.Table(ExportsTable.TableName)
            .FindAsync(c.Export.Environment.Name(), c.Export.ExportId, default);
        Assert.Equal(1, row!.GetInt64("EventSequence"));
        var text = Encoding.UTF8.GetString(bytes);
        Assert.Equal(ended.File.Rows + 1, text.Count(t => t == '\n'));
        return text;
    }
}
