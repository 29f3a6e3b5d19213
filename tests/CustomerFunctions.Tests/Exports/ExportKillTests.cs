using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Imports;

namespace CustomerFunctions.Tests.Exports;

/// <summary>The local host's process is killed in the middle of an export and started again: the file has the bytes of
/// one that nothing has happened to.</summary>
public sealed class ExportKillTests(ImportedShop shop) : IClassFixture<ImportedShop>
{
    // Activities in order: cut, one for each part, end. Table calls are those of the request too.
    [Theory]
    [InlineData("activity-started:3", "csv")]
    [InlineData("activity-finished:1", "xlsx")]
    [InlineData("activity-finished:9", "csv")]
    [InlineData("table-call:60", "xlsx")]
    [InlineData("history-write-after:4", "csv")]
    public async Task Every_byte_is_the_same_when_the_host_is_killed(string point, string format)
    {
        var log = shop.KillLog(point);
        var order = new JsonObject { ["kind"] = "customers", ["format"] = format };
        using (var host = await ChildHost.StartAsync(shop.Storage, point, log))
        {
            await host.TryAsync(HttpMethod.Post, "exports", shop.Key, order, point);
            await host.ExitAsync();
        }

        Assert.Equal($"killed at {point.Split(':')[0]}\n", await File.ReadAllTextAsync(log));
        using var again = await ChildHost.StartAsync(shop.Storage, null, log);
        // The same request once more, in case that the host died before it answered: it names the same export.
        var exportId = (await again.ChangeAsync("exports", shop.Key, order, point))["exportId"];
        var killed = await ImportedShop.DownloadAsync(await again.AwaitAsync(shop.Key, $"exports/{exportId}"));
        var whole = await again.ChangeAsync("exports", shop.Key, order, $"{point}-whole");
        var export = await again.AwaitAsync(shop.Key, $"exports/{whole["exportId"]}");
        Assert.Equal(shop.File.Created, export["file"]!["rows"]!.GetValue<int>());
        Assert.Equal(await ImportedShop.DownloadAsync(export), killed);
    }
}
