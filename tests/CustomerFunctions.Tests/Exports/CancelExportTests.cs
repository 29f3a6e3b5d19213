using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Exports;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Exports;

/// <summary>Calling exports off, and files that go by themselves. In an app of its own, where nothing else makes storage
/// calls meanwhile.</summary>
public sealed class CancelExportTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private sealed record Case(ExportRecord Export)
    {
        public ExportRef Ref => new(Export.Environment, Export.ExportId);
    }

    private ExportsTable Exports => app.Services.GetRequiredService<ExportsTable>();

    private BlockBlobClient Blob(ExportRecord export) => app.Services.GetRequiredService<StorageAccount>()
        .Container(ExportFiles.ContainerName).GetBlockBlobClient(ExportFiles.Name(export));

    [Fact]
    public async Task Calling_off_takes_away_what_was_staged_and_can_be_said_twice()
    {
        var shop = await app.NewApplicationAsync();
        (await shop.PutAsync("profiles/c-1", new { kind = "guest", name = "C" })).Expect(201);
        var c = await ArrangeAsync("xlsx");
        var staged = await StageAllAsync(c);
        Assert.NotEmpty((await Blob(c.Export).GetBlockListAsync(BlockListTypes.Uncommitted)).Value.UncommittedBlocks);
        var first = (await shop.PostAsync($"exports/{c.Export.ExportId}/cancel")).Expect(200);
        var again = (await shop.PostAsync($"exports/{c.Export.ExportId}/cancel", new { })).Expect(200);
        Assert.Equal("cancelled", first.Text("state"));
        Assert.Equal(first.Body, again.Body);
        await AssertNothingAsync(c);

        // A part that was still at work, and the end that comes after it.
        Assert.Equal(0, (await StageAsync(c, 0)).Blocks);
        await EndAsync(c, staged);
        await AssertNothingAsync(c);
        var answer = (await shop.GetAsync($"exports/{c.Export.ExportId}")).Expect(200);
        Assert.Equal(("cancelled", null), (answer.Text("state"), answer.Json["file"]));
        (await shop.PostAsync($"exports/{new string('0', 32)}/cancel")).ExpectProblem(404, "not-found");
        (await shop.PostAsync($"exports/{c.Export.ExportId}/cancel", new { why = 1 })).Expect(400);
    }

    [Fact]
    public async Task What_has_ended_otherwise_is_not_called_off()
    {
        var shop = await app.NewApplicationAsync();
        var c = await ArrangeAsync("csv");
        await EndAsync(c, []);
        var answer = (await shop.PostAsync($"exports/{c.Export.ExportId}/cancel")).ExpectProblem(409, "already-ended");
        Assert.Equal("completed", answer.Text("state"));
        Assert.True(await Blob(c.Export).ExistsAsync());
    }

    [Fact]
    public async Task An_export_that_is_called_off_at_once_ends_cleanly()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var started = (await shop.PostAsync("exports", new { kind = "customers" })).Expect(202).Text("exportId");
        var answer = await shop.PostAsync($"exports/{started}/cancel");
        var ended = await shop.AwaitAsync($"exports/{started}");
        Assert.Equal(answer.Status == 200 ? "cancelled" : "completed", ended["state"]!.GetValue<string>());
        Assert.Equal(answer.Status == 200, ended["file"] is null);
    }

    [Fact]
    public async Task Calling_off_and_ending_agree_wherever_one_is_held_back_and_whichever_call_fails()
    {
        var shop = await app.NewApplicationAsync();
        await shop.GetAsync("exports/none");
        var end = async (Case c) =>
        {
            await EndAsync(c, []);
            return true;
        };
        var cancel = async (Case c) => (await shop.PostAsync($"exports/{c.Export.ExportId}/cancel")).Status is 200 or 409;
        await FaultEnumeration.PauseAsync("export: end and cancel", app.Probe, () => ArrangeAsync("csv"), end, cancel, AgreeAsync);
        await FaultEnumeration.PauseAsync("export: cancel and end", app.Probe, () => ArrangeAsync("csv"), cancel, end, AgreeAsync);
        await FaultEnumeration.RunAsync("export: cancel", app.Probe, () => ArrangeAsync("csv"), cancel, async c =>
        {
            Assert.Equal(ExportState.Cancelled, (await Exports.GetAsync(c.Ref, default)).State);
            await AgreeAsync(c);
        });
    }

    [Fact]
    public async Task Files_go_when_their_days_are_over_whichever_call_fails()
    {
        var shop = await app.NewApplicationAsync();
        // What other tests have left.
        await SweepAsync(await FinishedAsync());
        var tried = await FaultEnumeration.RunAsync("export: sweep", app.Probe, FinishedAsync, SweepAsync, AssertExpiredAsync);
        Assert.True(tried > 6, $"{tried} faults");
        var kept = await FinishedAsync(TimeSpan.FromDays(6));
        Assert.True(await SweepAsync(kept));
        Assert.NotNull((await Exports.GetAsync(kept.Ref, default)).File);
        Assert.True(await Blob(kept.Export).ExistsAsync());
        app.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await SweepAsync(kept));
        await AssertExpiredAsync(kept);
        var answer = (await shop.GetAsync($"exports/{kept.Export.ExportId}")).Expect(200);
        Assert.Equal("completed", answer.Text("state"));
        Assert.Null(answer.Json["file"]);
        Assert.NotNull(answer.Json["expiredAt"]);
    }

    private Task<Case> FinishedAsync() => FinishedAsync(TimeSpan.FromDays(7));

    private async Task<Case> FinishedAsync(TimeSpan since)
    {
        var c = await ArrangeAsync("csv");
        await EndAsync(c, []);
        app.Clock.Advance(since);
        return c;
    }

    private async Task<bool> SweepAsync(Case c)
    {
        await ActivatorUtilities.CreateInstance<SweepExports>(app.Services).Run(new TimerInfo(), default);
        return true;
    }

    private async Task AssertExpiredAsync(Case c)
    {
        var swept = await Exports.GetAsync(c.Ref, default);
        Assert.Equal((ExportState.Completed, null), (swept.State, swept.File));
        Assert.NotNull(swept.ExpiredAt);
        await AssertNothingAsync(c);
    }

    private async Task AgreeAsync(Case c)
    {
        var ended = await Exports.GetAsync(c.Ref, default);
        Assert.Contains(ended.State, (ExportState[])[ExportState.Completed, ExportState.Cancelled]);
        if (ended.State == ExportState.Cancelled) await AssertNothingAsync(c);
        else Assert.True(await Blob(c.Export).ExistsAsync());
        var row = await app.Services.GetRequiredService<StorageAccount>().Table(ExportsTable.TableName)
            .FindAsync(c.Export.Environment.Name(), c.Export.ExportId, default);
        Assert.Equal(1, row!.GetInt64("EventSequence"));
    }

    private async Task AssertNothingAsync(Case c)
    {
        var gone = await Assert.ThrowsAsync<RequestFailedException>(() => Blob(c.Export).GetBlockListAsync(BlockListTypes.All));
        Assert.Equal(404, gone.Status);
        var container = app.Services.GetRequiredService<StorageAccount>().Container(ExportFiles.ContainerName);
        Assert.False(await container.GetBlobClient(ExportFiles.ManifestName(c.Export)).ExistsAsync());
    }

    private async Task<Case> ArrangeAsync(string format)
    {
        var order = new ExportOrder("customers", format, new ExportFilter(null, null), ["integrationId"]);
        var record = new ExportRecord(
            Hash.Hex(Guid.NewGuid().ToString())[..32], AppEnvironment.Live, "shop", order, "", ExportState.Queued, app.Clock.GetUtcNow());
        Assert.True(await Exports.AddAsync(record, default));
        return new Case(record);
    }

    private async Task<List<StagedPart>> StageAllAsync(Case c)
    {
        var parts = new List<StagedPart>();
        for (var part = 0; part < ExportPart.Count; part++) parts.Add(await StageAsync(c, part));
        return parts;
    }

    private Task<StagedPart> StageAsync(Case c, int part) =>
        ActivatorUtilities.CreateInstance<StageExportPart>(app.Services).Run(new ExportPart(c.Ref, part), default);

    private Task EndAsync(Case c, IReadOnlyList<StagedPart> parts) =>
        ActivatorUtilities.CreateInstance<EndExport>(app.Services).Run(new ExportEnding(c.Ref, parts), default);
}
