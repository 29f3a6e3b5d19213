using System.Security.Cryptography;
using CustomerFunctions.Exports;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Exports;

/// <summary>Whole exports of each kind, activity by activity, while storage fails: the file is the same to the byte.
/// </summary>
public sealed class XlsxFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const int Part = 3;

    private sealed record Case(ExportRef Export);

    private ExportsTable Exports => app.Services.GetRequiredService<ExportsTable>();

    [Theory]
    [InlineData("customers", "xlsx")]
    [InlineData("transactions", "csv")]
    [InlineData("loyalty-log", "xlsx")]
    public async Task A_file_is_the_same_to_the_byte_whichever_storage_call_fails(string kind, string format)
    {
        var till = await Till.OpenAsync(app);
        var customer = await FillPartAsync(till);
        var order = new ExportOrder(
            kind, format, new ExportFilter(null, null) { Profile = kind == "customers" ? null : customer },
            app.Services.GetRequiredService<ExportKinds>()[kind].Default)
        {
            Program = kind == "loyalty-log" ? till.Program : null,
            Compress = true,
        };
        var sums = new HashSet<string>();
        var tried = await FaultEnumeration.RunAsync(
            $"export: {kind} as {format}", app.Probe, () => ArrangeAsync(order), WorkAsync, async c => sums.Add(await EndedAsync(c)));
        Assert.True(tried > 15, $"{tried} faults");
        Assert.Single(sums);
    }

    private async Task<Case> ArrangeAsync(ExportOrder order)
    {
        var record = new ExportRecord(
            Hash.Hex(Guid.NewGuid().ToString())[..32], AppEnvironment.Live, "shop", order, "", ExportState.Queued, app.Clock.GetUtcNow());
        Assert.True(await Exports.AddAsync(record, default));
        return new Case(new ExportRef(record.Environment, record.ExportId));
    }

    /// <summary>What the orchestration does; of customers, who lie in 16 parts, one part only.</summary>
    private async Task<bool> WorkAsync(Case c)
    {
        var parts = await ActivatorUtilities.CreateInstance<CutExport>(app.Services).Run(c.Export, default);
        var staged = new List<StagedPart>();
        foreach (var part in parts.Where(p => p.Keys is not null || p.Number == Part))
            staged.Add(await ActivatorUtilities.CreateInstance<StageExportPart>(app.Services).Run(part, default));
        await ActivatorUtilities.CreateInstance<EndExport>(app.Services).Run(new ExportEnding(c.Export, staged), default);
        return true;
    }

    /// <summary>Makes sure that the part has a customer, who has bought something; answers the id.</summary>
    private async Task<string> FillPartAsync(Till till)
    {
        while (true)
        {
            var (id, card) = (await till.NewCustomerAsync(), app.NewName("fp"));
            var stored = (await app.Services.GetRequiredService<CustomerFunctions.Profiles.ProfileDirectory>()
                .FindAsync(AppEnvironment.Live, id, default))!;
            if (stored.Key.Bucket / 16 != Part) continue;
            await till.LearnAsync(id, card);
            await till.SendAsync(till.Message("completed", app.NewName("t"), card));
            return id;
        }
    }

    private async Task<string> EndedAsync(Case c)
    {
        var ended = await Exports.GetAsync(c.Export, default);
        Assert.Equal(ExportState.Completed, ended.State);
        Assert.True(ended.File!.Rows > 0);
        var container = app.Services.GetRequiredService<StorageAccount>().Container(ExportFiles.ContainerName);
        var bytes = (await container.GetBlobClient(ended.File.Blob).DownloadContentAsync()).Value.Content.ToArray();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), ended.File.Sha256);
        Assert.True(await container.GetBlobClient(ExportFiles.ManifestName(ended)).ExistsAsync());
        if (ended.Order.Format == FileFormat.Xlsx) Assert.Equal(ended.File.Rows + 1, Workbook.Read(bytes)[0].Rows.Count);
        return ended.File.Sha256;
    }
}
