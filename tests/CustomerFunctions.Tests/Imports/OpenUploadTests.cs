using Azure.Storage.Blobs;
using CustomerFunctions.Imports;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Files that are written straight into storage, and how long files are kept.</summary>
public sealed class OpenUploadTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly AppUnderTest _app = new(azurite);

    public async ValueTask InitializeAsync()
    {
        await _app.InitializeAsync();
        // Links hold by the clock of storage.
        _app.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_file_comes_by_a_link_and_is_imported_like_any_other()
    {
        var shop = await _app.NewApplicationAsync();
        var opened = (await shop.PostAsync("imports/uploads", new { kind = "customers" })).Expect(201);
        var path = $"imports/{opened.Text("importId")}";
        Assert.Equal("uploading", (await shop.GetAsync(path)).Expect(200).Text("state"));
        (await shop.PostAsync($"{path}/start")).ExpectProblem(409, "no-file");
        (await shop.GetAsync($"{path}/preview")).ExpectProblem(409, "no-file");
        await PutAsync(opened, "1,2\n3,4\n");
        (await shop.GetAsync(path)).ExpectProblem(400, "unusable-header");
        await PutAsync(opened, $"name,email\nAnn,{_app.NewName("ann")}@example.com\n");
        var uploaded = (await shop.GetAsync(path)).Expect(200).Json;
        Assert.Equal(("uploaded", "name"), ($"{uploaded["state"]}", $"{uploaded["columns"]![0]!["field"]}"));
        (await shop.PostAsync($"{path}/start")).Expect(202);
        Assert.Equal("1/0/0/0/0 of 1", (await shop.AwaitAsync(path)).Counts());
    }

    [Fact]
    public async Task A_file_that_is_written_anew_once_it_was_looked_at_is_not_imported()
    {
        var shop = await _app.NewApplicationAsync();
        var opened = (await shop.PostAsync("imports/uploads")).Expect(201);
        var path = $"imports/{opened.Text("importId")}";
        await PutAsync(opened, "name,email\nY,y@example.com\n");
        Assert.Equal("uploaded", (await shop.GetAsync(path)).Expect(200).Text("state"));
        await PutAsync(opened, "email,name\nx@example.com,X\n");
        (await shop.PostAsync($"{path}/start")).Expect(202);
        var failed = await shop.AwaitAsync(path);
        Assert.Equal("failed", $"{failed["state"]}");
        Assert.Contains("changed", $"{failed["reason"]}", StringComparison.Ordinal);
        Assert.Equal(
            ["/kind"], (await shop.PostAsync("imports/uploads", new { kind = "shoes" })).ExpectProblem(400, "invalid").WrongFields);
    }

    [Fact]
    public async Task Files_go_after_thirty_days_and_the_import_stays_as_history()
    {
        var shop = await _app.NewApplicationAsync("sandbox");
        var import = await shop.ImportAsync($"name,email\nAnn,{_app.NewName("ann")}@example.com\nBob,\n");
        var path = $"imports/{import["importId"]}";
        var never = await shop.UploadAsync("name,email\n");
        Assert.Equal(4, await BlobsAsync(import, never));
        _app.Clock.Advance(AgedImports.Age - TimeSpan.FromMinutes(5));
        await SweepAsync();
        Assert.Equal(4, await BlobsAsync(import, never));
        _app.Clock.Advance(TimeSpan.FromMinutes(10));
        await SweepAsync();
        Assert.Equal(0, await BlobsAsync(import, never));
        var left = (await shop.GetAsync(path)).Expect(200).Json;
        Assert.Equal(("completed", import.Counts()), ($"{left["state"]}", left.Counts()));
        Assert.NotNull(left["filesRemovedAt"]);
        (await shop.GetAsync($"{path}/rejected")).ExpectProblem(409, "files-removed");
        (await shop.GetAsync($"{path}/preview")).ExpectProblem(409, "files-removed");
        (await shop.PostAsync($"{path}/revert")).ExpectProblem(409, "files-removed");
        Assert.Equal("cancelled", (await shop.GetAsync($"imports/{never}")).Text("state"));
        (await shop.PostAsync($"imports/{never}/start")).ExpectProblem(409, "files-removed");
    }

    private static async Task PutAsync(ApiAnswer opened, string file) =>
        await new BlobClient(new Uri(opened.Text("uploadUrl"))).UploadAsync(BinaryData.FromString(file), overwrite: true);

    private Task SweepAsync() =>
        ActivatorUtilities.CreateInstance<SweepImportFiles>(_app.Services).Run(new TimerInfo(), default);

    private async Task<int> BlobsAsync(params object[] imports)
    {
        var storage = _app.Services.GetRequiredService<StorageAccount>();
        var ids = imports.Select(i => i is string id ? id : $"{((System.Text.Json.Nodes.JsonNode)i)["importId"]}").ToList();
        var found = 0;
        foreach (var name in (string[])["import-uploads", "import-results"])
            await foreach (var blob in storage.Container(name).GetBlobsAsync())
                if (ids.Any(id => blob.Name.Contains(id, StringComparison.Ordinal))) found++;
        return found;
    }
}
