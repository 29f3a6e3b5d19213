using CustomerFunctions.Exports;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Exports;

/// <summary>In an app of its own: no export that another test started makes storage calls meanwhile.</summary>
public sealed class ExportFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Ending_an_export_ends_the_same_whichever_storage_call_fails()
    {
        var exports = app.Services.GetRequiredService<ExportsTable>();
        var tried = await FaultEnumeration.RunAsync(
            "export: stage and end", app.Probe,
            async () =>
            {
                var order = new ExportOrder("customers", "csv", new ExportFilter(null, null), ["email"]);
                var record = new ExportRecord(
                    Hash.Hex(Guid.NewGuid().ToString())[..32], AppEnvironment.Sandbox, "shop", order, "",
                    ExportState.Queued, app.Clock.GetUtcNow());
                Assert.True(await exports.AddAsync(record, default));
                return new ExportRef(record.Environment, record.ExportId);
            },
            async export =>
            {
                var stage = ActivatorUtilities.CreateInstance<StageExportPart>(app.Services);
                var part = await stage.Run(new ExportPart(export, 3), default);
                await ActivatorUtilities.CreateInstance<EndExport>(app.Services)
                    .Run(new ExportEnding(export, [part]), default);
                return true;
            },
            async export =>
            {
                var ended = await exports.GetAsync(export, default);
                Assert.Equal(ExportState.Completed, ended.State);
                Assert.Equal("\uFEFFemail\r\n".Length + 2, ended.File!.Bytes);
            });
        Assert.True(tried > 10, $"{tried} faults");
    }
}
