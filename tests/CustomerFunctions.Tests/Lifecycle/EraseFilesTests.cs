using CustomerFunctions.Exports;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Imports;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Exports;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>Files that hold a customer who is erased, while they are at work and dropped ones.</summary>
public sealed class EraseFilesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Files_of_an_import_that_is_at_work_are_done_once_it_has_ended()
    {
        var (till, zoe) = await RegisteredAsync();
        var import = await zoe.ImportAsync(MarkedCustomer.NewMark());
        await SetAsync(import["importId"]!.GetValue<string>(), ImportState.Running);
        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(204);
        var stored = new StoredTexts(app);
        Assert.All(await stored.FindAsync(zoe.Texts), p => Assert.StartsWith("import-", p, StringComparison.Ordinal));
        Assert.NotEmpty(await stored.FindAsync(zoe.Texts));
        await SweepAsync();
        Assert.NotEmpty(await stored.FindAsync(zoe.Texts));
        await SetAsync(import["importId"]!.GetValue<string>(), ImportState.Completed);
        await SweepAsync();
        Assert.Empty(await stored.FindAsync(zoe.Texts));
    }

    [Fact]
    public async Task A_dropped_file_goes_and_what_is_left_of_it_starts_no_import()
    {
        var (till, zoe) = await RegisteredAsync();
        var drops = app.Services.GetRequiredService<StorageAccount>().Container(ImportsArea.DropsContainer);
        var name = $"{till.Shop.Application}/customers/{zoe.Id}.csv";
        await drops.GetBlobClient(name).UploadAsync(BinaryData.FromString(
            $"name,email,phone\nZoë,{zoe.Email},\nAdam,adam-{zoe.Id}@example.com,\n"));
        await ActivatorUtilities.CreateInstance<OnImportDropped>(app.Services).Run(
            drops.GetBlobClient(name), till.Shop.Application, "customers",
            app.Services.GetRequiredService<DurableTaskClient>(), default);
        var import = (await till.Shop.GetAsync("imports?limit=200")).Expect(200).Json["items"]!.AsArray()
            .Single(i => (string)i!["application"]! == till.Shop.Application)!["importId"]!.GetValue<string>();
        await till.Shop.AwaitAsync($"imports/{import}");
        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(204);
        Assert.Empty(await new StoredTexts(app).FindAsync(zoe.Texts));
        Assert.False(await drops.GetBlobClient(name).ExistsAsync());
        var source = (await ImportsAsync().FindAsync(AppEnvironment.Live, import, default))!.Record.Source!;
        var left = await app.Services.GetRequiredService<StorageAccount>().Blobs
            .GetBlobContainerClient(source.Container).GetBlobClient(source.Blob).DownloadContentAsync();
        // An empty line where the customer was: all others keep their numbers.
        Assert.Equal($"name,email,phone\n\nAdam,adam-{zoe.Id}@example.com,\n", left.Value.Content.ToString());
        Assert.EndsWith(ImportFiles.UploadsContainer, source.Container, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_waits_to_be_started_can_still_be_imported_without_the_customer()
    {
        var (till, zoe) = await RegisteredAsync();
        var importId = await till.Shop.UploadAsync(
            $"name,email,phone\nZoë,{zoe.Email},\nAdam,adam-{zoe.Id}@example.com,\n");
        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(204);
        Assert.Empty(await new StoredTexts(app).FindAsync(zoe.Texts));
        (await till.Shop.PostAsync($"imports/{importId}/start")).Expect(202);
        var import = await till.Shop.AwaitAsync($"imports/{importId}");
        Assert.Equal("1/0/0/0/0 of 1", import.Counts());
    }

    [Fact]
    public async Task An_export_that_is_at_work_while_a_customer_is_erased_gives_out_nothing()
    {
        var (till, zoe) = await RegisteredAsync();
        var exports = app.Services.GetRequiredService<ExportsTable>();
        var reference = new ExportRef(AppEnvironment.Live, Guid.NewGuid().ToString("n"));
        await exports.AddAsync(
            new ExportRecord(
                reference.ExportId, reference.Environment, till.Shop.Application,
                new ExportOrder("customers", "csv", new ExportFilter(null, null), ["name"]), "", ExportState.Queued,
                app.Clock.GetUtcNow()),
            default);
        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(204);
        var end = ActivatorUtilities.CreateInstance<EndExport>(app.Services);
        await end.Run(new ExportEnding(reference, []), default);
        await end.Run(new ExportEnding(reference, []), default);
        var answer = (await till.Shop.GetAsync($"exports/{reference.ExportId}")).Expect(200);
        Assert.Equal("failed", answer.Text("state"));
        Assert.Null(answer.Json["file"]);
        Assert.NotNull(answer.Json["withdrawnAt"]);
        Assert.False(await app.Services.GetRequiredService<StorageAccount>().Container(ExportFiles.ContainerName)
            .GetBlobClient(ExportFiles.Name(reference)).ExistsAsync());
    }

    [Fact]
    public async Task Exports_of_every_kind_and_format_that_hold_the_customer_go_and_others_stay()
    {
        var (till, zoe) = await RegisteredAsync();
        (await till.Shop.PutAsync("profiles/other", new { kind = "guest", name = "Other", tags = new[] { "stays" } })).Expect(201);
        (await till.Shop.PostAsync($"programs/{till.Program}/profiles/{zoe.Id}/points", new { points = 1, reason = "x" })).Expect(201);
        await till.LearnAsync(zoe.Id, app.NewName("fp"));
        var go = new object[]
        {
            new { kind = "customers", format = "xlsx", fields = new[] { "name" } },
            new { kind = "customers", compress = true, fields = new[] { "email" } },
            new { kind = "customers", fields = new[] { "gender" } },
            new { kind = "customers", filter = new { search = zoe.Email, kind = "guest" }, fields = new[] { "integrationId" } },
            new { kind = "transactions", format = "xlsx" },
            new { kind = "transactions", filter = new { profile = zoe.Id }, fields = new[] { "amount" } },
            new { kind = "loyalty-log", program = till.Program },
        };
        var gone = new List<string>();
        foreach (var order in go) gone.Add((await app.ExportAsync(till.Shop, order)).Id);
        var stays = await app.ExportAsync(till.Shop, new { kind = "customers", format = "xlsx", filter = new { tag = "stays" } });
        var cancelled = (await till.Shop.PostAsync("exports", new { kind = "customers", filter = new { search = zoe.Email } })).Text("exportId");
        await till.Shop.PostAsync($"exports/{cancelled}/cancel");
        await till.Shop.AwaitAsync($"exports/{cancelled}");

        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(204);
        foreach (var id in gone)
        {
            var answer = (await till.Shop.GetAsync($"exports/{id}")).Expect(200).Json;
            Assert.True(answer["file"] is null && answer["withdrawnAt"] is not null, answer.ToJsonString());
        }

        Assert.NotNull((await till.Shop.GetAsync($"exports/{stays.Id}")).Json["file"]);
        Assert.Empty(await new StoredTexts(app).FindAsync(zoe.Texts));
    }

    private ImportsTable ImportsAsync() => app.Services.GetRequiredService<ImportsTable>();

    private async Task<(Till Till, MarkedCustomer Zoe)> RegisteredAsync()
    {
        var till = await Till.OpenAsync(app);
        var zoe = new MarkedCustomer(app, till, MarkedCustomer.NewMark());
        await zoe.RegisterAsync();
        return (till, zoe);
    }

    private Task SetAsync(string importId, ImportState state) =>
        ImportsAsync().ChangeAsync(AppEnvironment.Live, importId, i => i with { State = state }, default);

    private async Task SweepAsync()
    {
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await ActivatorUtilities.CreateInstance<SweepForgottenRows>(app.Services).Run(new TimerInfo(), default);
    }
}
