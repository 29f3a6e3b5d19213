using Azure.Storage.Blobs.Models;
using CustomerFunctions.Imports;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Imports;

public sealed class StartImportTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Wrong_options_are_all_told()
    {
        var shop = await app.NewApplicationAsync();
        var importId = await shop.UploadAsync("name,email\n");
        var answer = await shop.PostAsync(
            $"imports/{importId}/start", new { onExisting = "drop", matchBy = "name", dryRun = "yes", hash = 1, rows = 3 });
        Assert.Equal(["/dryRun", "/hash", "/matchBy", "/onExisting", "/rows"], answer.ExpectProblem(400, "invalid").WrongFields);
        Assert.Equal("uploaded", (await shop.GetAsync($"imports/{importId}")).Text("state"));
    }

    [Fact]
    public async Task Columns_that_no_header_tells_are_mapped_by_hand()
    {
        var shop = await app.NewApplicationAsync();
        var importId = await shop.UploadAsync("foo,bar,baz\nMapped,mapped@example.com,red\n");
        (await shop.PostAsync($"imports/{importId}/start")).ExpectProblem(409, "mapping-incomplete");
        var wrong = await shop.PutAsync($"imports/{importId}/mapping", new
        {
            columns = new object[] { new { index = 9, field = "name" }, new { index = 0, field = "shoe" } },
        });
        Assert.Equal(["/columns/0/index", "/columns/1/field"], wrong.Expect(400).WrongFields);
        var unknown = await shop.PutAsync($"imports/{importId}/mapping", new
        {
            columns = new object[] { new { index = 2, field = "attributes.colour" } },
        });
        Assert.Equal(["/columns/0/field"], unknown.Expect(400).WrongFields);
        (await shop.PutAsync("attributes/profile/colour", new { type = "string" })).Expect(201);
        (await shop.PutAsync($"imports/{importId}/mapping", new
        {
            columns = new object[]
            {
                new { index = 0, field = "name" }, new { index = 1, field = "email" },
                new { index = 2, field = "attributes.colour" },
            },
        })).Expect(200);
        (await shop.PostAsync($"imports/{importId}/start")).Expect(202);
        Assert.Equal("1/0/0/0/0 of 1", (await shop.AwaitAsync($"imports/{importId}")).Counts());
        var found = (await shop.GetAsync("profiles?search=mapped@example.com")).Expect(200).Json["items"]![0]!;
        var stored = await shop.GetAsync($"profiles/{found["integrationId"]}");
        Assert.Equal("red", stored.Expect(200).Json["attributes"]!["colour"]!.GetValue<string>());
    }

    [Fact]
    public async Task Cells_of_attributes_are_read_by_their_type_as_it_was_declared_when_the_import_started()
    {
        var shop = await app.NewApplicationAsync();
        (await shop.PutAsync("attributes/profile/size", new { type = "number" })).Expect(201);
        (await shop.PutAsync("attributes/profile/days", new { type = "string-list" })).Expect(201);
        var importId = await shop.UploadAsync(
            "name,email,size,days\nTyped,typed@example.com,4.5,mon; tue\nBad,bad@example.com,large,\n");
        var columns = new object[]
        {
            new { index = 0, field = "name" }, new { index = 1, field = "email" },
            new { index = 2, field = "attributes.size" }, new { index = 3, field = "attributes.days" },
        };
        (await shop.PutAsync($"imports/{importId}/mapping", new { columns })).Expect(200);
        (await shop.DeleteAsync("attributes/profile/days")).Expect(204);
        (await shop.PostAsync($"imports/{importId}/start")).ExpectProblem(409, "attributes-unknown");
        (await shop.PutAsync("attributes/profile/days", new { type = "string-list" })).Expect(201);
        (await shop.PostAsync($"imports/{importId}/start")).Expect(202);
        Assert.Equal("1/0/0/0/1 of 2", (await shop.AwaitAsync($"imports/{importId}")).Counts());
        var found = (await shop.GetAsync("profiles?search=typed@example.com")).Expect(200).Json["items"]![0]!;
        Assert.Equal("""{"days":["mon","tue"],"size":4.5}""", found["attributes"]!.ToJsonString());
        var rejected = await shop.GetAsync($"imports/{importId}/rejected");
        Assert.Contains("3,size,invalid-attributes,", rejected.Expect(200).Body, StringComparison.Ordinal);
        var trail = await shop.GetAsync($"profiles/{found["integrationId"]}/audit");
        Assert.Equal($"import:{importId}", trail.Expect(200).Json["items"]![0]!["by"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_finished_import_is_not_started_again_and_its_blobs_are_gone()
    {
        var shop = await app.NewApplicationAsync();
        var import = await shop.ImportAsync("name,email\nOnce,once@example.com\n");
        (await shop.PostAsync($"imports/{import["importId"]}/start")).ExpectProblem(409, "already-started");
        var work = app.Services.GetRequiredService<StorageAccount>().Container(WorkBlobs.ContainerName);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (work.GetBlobs(BlobTraits.None, BlobStates.None, $"{import["importId"]}/", default).Any())
            await Task.Delay(50, deadline.Token);
    }

    [Fact]
    public async Task Imports_of_one_environment_take_turns_and_all_are_done()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var started = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var importId = await shop.UploadAsync(string.Concat(
                Enumerable.Range(0, 50).Select(n => $"Turn {n},turn{n}@example.com\n").Prepend("name,email\n")));
            started.Add(importId);
        }

        await Task.WhenAll(started.Select(id => shop.PostAsync($"imports/{id}/start")));
        var counts = new List<string>();
        foreach (var id in started) counts.Add((await shop.AwaitAsync($"imports/{id}")).Counts());
        // Side by side, two of them would have made some customers each.
        Assert.Equal(
            ["0/0/50/0/0 of 50", "0/0/50/0/0 of 50", "0/0/50/0/0 of 50", "50/0/0/0/0 of 50"], counts.Order());
    }

    [Fact]
    public async Task A_turn_held_by_an_import_that_was_stopped_is_taken_over()
    {
        var shop = await app.NewApplicationAsync("live");
        var stopped = await shop.UploadAsync("name,email\n");
        var turns = app.Services.GetRequiredService<ImportTurns>();
        // Until its turn comes, others of this class may hold it.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await turns.TakeAsync(
            AppEnvironment.Live, "customers", stopped, _ => Task.FromResult(false), deadline.Token))
            await Task.Delay(50, deadline.Token);
        Assert.Equal("1/0/0/0/0 of 1", (await shop.ImportAsync("name,email\nNext,next@example.com\n")).Counts());
    }

    [Fact]
    public async Task An_import_whose_file_was_changed_fails_and_says_so_and_the_next_one_goes_on()
    {
        var shop = await app.NewApplicationAsync("live");
        var importId = await shop.UploadAsync("name,email\nA,gone@example.com\n");
        var imports = app.Services.GetRequiredService<ImportsTable>();
        await imports.ChangeAsync(AppEnvironment.Live, importId, i => i with
        {
            State = ImportState.Queued,
            Options = ImportOptions.Default,
            Source = i.Source! with { ETag = "\"0x0\"" },
        }, default);
        var order = new ImportOrder(AppEnvironment.Live, importId);
        await Assert.ThrowsAsync<SourceChangedException>(
            () => ActivatorUtilities.CreateInstance<ScanImport>(app.Services).Run(order, default));
        await ActivatorUtilities.CreateInstance<EndImport>(app.Services).Run(
            new ImportEnding(order, 0, 0, ImportCounts.None, $"Task failed: {SourceChangedException.Text}"), default);
        await ActivatorUtilities.CreateInstance<PassImportTurn>(app.Services).Run(
            order, app.Services.GetRequiredService<DurableTaskClient>(), default);
        var failed = (await shop.GetAsync($"imports/{importId}")).Expect(200);
        Assert.Equal("failed", failed.Text("state"));
        Assert.Equal(SourceChangedException.Text, failed.Text("reason"));
        (await shop.GetAsync($"imports/{importId}/rejected")).ExpectProblem(409, "not-finished");
        (await shop.PostAsync($"imports/{importId}/revert")).ExpectProblem(409, "not-ended");
        Assert.Equal("1/0/0/0/0 of 1", (await shop.ImportAsync("name,email\nB,after-failed@example.com\n")).Counts());
    }
}
