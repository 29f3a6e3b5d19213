using System.Globalization;
using System.Text.Json.Nodes;
using CustomerFunctions.Local.Host.Azurite;

namespace CustomerFunctions.Tests.Imports;

/// <summary>The local host's process is killed in the middle of an import of 2,000 rows and started again;
/// CUSTOMERFUNCTIONS_KILL_ROWS sets another number.</summary>
public sealed class ImportKillTests : IAsyncLifetime
{
    private static readonly int Rows = int.Parse(
        Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_KILL_ROWS") ?? "2000", CultureInfo.InvariantCulture);

    private AzuriteProcess? _azurite;

    public async ValueTask InitializeAsync() =>
        _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
    }

    // Activities in order: turn, scan, read, claim, settle, apply, end, pass on.
    [Theory]
    [InlineData("activity-started:6")]
    [InlineData("activity-finished:6")]
    [InlineData("table-call:200")]
    [InlineData("history-write-before:8")]
    [InlineData("history-write-after:5")]
    public async Task No_row_is_lost_or_doubled_when_the_host_is_killed(string point)
    {
        var folder = Directory.CreateTempSubdirectory("import-kill-");
        try
        {
            var log = Path.Combine(folder.FullName, "killed.log");
            var file = await CustomerFile.MakeAsync(folder.FullName, Rows, point.Replace(':', '-'));
            string importId;
            using (var host = await ChildHost.StartAsync(_azurite!.ConnectionString, point, log))
            {
                var key = await host.NewKeyAsync();
                importId = (await host.SendAsync(HttpMethod.Post, "imports?kind=customers", key, file.Bytes))
                    ["importId"]!.GetValue<string>();
                await host.StartImportAsync(key, importId);
                await host.ExitAsync();
            }

            Assert.Equal($"killed at {point.Split(':')[0]}\n", await File.ReadAllTextAsync(log));
            using var again = await ChildHost.StartAsync(_azurite.ConnectionString, null, log);
            var reader = await again.NewKeyAsync();
            var import = await again.AwaitAsync(reader, $"imports/{importId}");
            Assert.Equal(file.Counts, import.Counts());
            var order = new JsonObject { ["kind"] = "customers", ["fields"] = new JsonArray("integrationId") };
            var export = await again.SendAsync(HttpMethod.Post, "exports", reader, order);
            var exported = await again.AwaitAsync(reader, $"exports/{export["exportId"]}");
            Assert.Equal(file.Created, exported["file"]!["rows"]!.GetValue<int>());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
