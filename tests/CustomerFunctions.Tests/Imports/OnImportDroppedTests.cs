using System.Text;
using Azure.Storage.Blobs;
using CustomerFunctions.Imports;
using CustomerFunctions.Tests.Harness;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Imports;

public sealed class OnImportDroppedTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_dropped_file_is_imported_once_however_often_it_is_told()
    {
        var shop = await app.NewApplicationAsync();
        var blob = await DropAsync("name,email\nDropped,dropped@example.com\n,\nBad,\n");
        for (var i = 0; i < 3; i++) await TellAsync(blob, shop.Application, "customers");
        var import = await shop.AwaitAsync($"imports/{await OnlyAsync(shop)}");
        Assert.Equal("1/0/0/0/1 of 2", import.Counts());
        await TellAsync(blob, shop.Application, "customers");
        Assert.Equal("completed", (await shop.GetAsync($"imports/{import["importId"]}")).Text("state"));
    }

    [Theory]
    [InlineData("customers", "", "The file is empty.")]
    [InlineData("cats", "name,email\n", "There is no such kind of import.")]
    [InlineData("customers", "foo,bar\n", "No column was recognised for: name, email.")]
    public async Task What_can_never_work_is_a_failed_import_with_its_reason(string kind, string file, string reason)
    {
        var shop = await app.NewApplicationAsync();
        await TellAsync(await DropAsync(file), shop.Application, kind);
        var import = await shop.GetAsync($"imports/{await OnlyAsync(shop)}");
        Assert.Equal("failed", import.Text("state"));
        Assert.Equal(reason, import.Text("reason"));
    }

    [Fact]
    public async Task A_file_for_an_unknown_application_is_told_in_both_environments_and_a_gone_one_nowhere()
    {
        var blob = await DropAsync("name,email\n");
        await TellAsync(blob, "nobody", "customers");
        foreach (var environment in new[] { "live", "sandbox" })
        {
            var shop = await app.NewApplicationAsync(environment);
            var told = (await shop.GetAsync("imports?limit=200")).Expect(200).Json["items"]!.AsArray();
            Assert.Single(told, i => i!["application"]!.GetValue<string>() == "nobody");
        }

        await blob.DeleteAsync();
        await TellAsync(blob, "nobody-else", "customers");
    }

    private async Task<BlobClient> DropAsync(string text)
    {
        var container = new BlobContainerClient(app.StorageConnection, app.Prefix.ToLowerInvariant() + "imports");
        var blob = container.GetBlobClient($"{Guid.NewGuid():n}.csv");
        await blob.UploadAsync(new BinaryData(Encoding.UTF8.GetBytes(text)));
        return blob;
    }

    private Task TellAsync(BlobClient blob, string application, string kind) =>
        ActivatorUtilities.CreateInstance<OnImportDropped>(app.Services).Run(
            blob, application, kind, app.Services.GetRequiredService<DurableTaskClient>(), default);

    private static async Task<string> OnlyAsync(ApiClient shop)
    {
        var all = (await shop.GetAsync("imports?limit=200")).Expect(200).Json["items"]!.AsArray();
        return Assert.Single(all, i => i!["application"]!.GetValue<string>() == shop.Application)!["importId"]!
            .GetValue<string>();
    }
}
