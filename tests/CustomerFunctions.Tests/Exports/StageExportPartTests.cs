using CustomerFunctions.Exports;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Exports;

public sealed class StageExportPartTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_part_that_runs_again_beside_its_first_run_does_not_mix_with_it()
    {
        var shop = await app.NewApplicationAsync("live");
        (await shop.PutAsync("profiles/first", new { kind = "guest", name = "First" })).Expect(201);
        var order = new ExportOrder("customers", "csv", new ExportFilter(null, null), ["name"]);
        var export = new ExportRef(AppEnvironment.Live, Hash.Hex("parts")[..32]);
        var exports = app.Services.GetRequiredService<ExportsTable>();
        await exports.AddAsync(new ExportRecord(
            export.ExportId, export.Environment, "shop", order, "", ExportState.Queued, app.Clock.GetUtcNow()),
                default);
        var reported = await StageAllAsync(export);
        for (var i = 0; i < 20; i++)
            (await shop.PutAsync($"profiles/late-{i}", new { kind = "guest", name = "Late" })).Expect(201);
        await StageAllAsync(export);
        await ActivatorUtilities.CreateInstance<EndExport>(app.Services).Run(new ExportEnding(export, reported),
            default);

        var file = (await exports.GetAsync(export, default)).File!;
        var blob = app.Services.GetRequiredService<StorageAccount>().Container(ExportFiles.ContainerName)
            .GetBlobClient(file.Blob);
        var text = (await blob.DownloadContentAsync()).Value.Content.ToString();
        Assert.Equal(["name", "First"], Csv.Read(text).Select(r => r[0]));
        Assert.Equal(1, file.Rows);
    }

    private async Task<List<StagedPart>> StageAllAsync(ExportRef export)
    {
        var stage = ActivatorUtilities.CreateInstance<StageExportPart>(app.Services);
        var parts = new List<StagedPart>();
        for (var part = 0; part < ExportPart.Count; part++)
            parts.Add(await stage.Run(new ExportPart(export, part), default));
        return parts;
    }
}
