using CustomerFunctions.Local.Host.Azurite;

namespace CustomerFunctions.Tests.Imports;

/// <summary>The local host's process is killed in the middle of an import and started again.</summary>
public sealed class ImportKillTests(ImportedShop shop) : IClassFixture<ImportedShop>, IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    public async ValueTask InitializeAsync()
    {
        var options = new AzuriteOptions { HeapMebibytes = 8192 };
        _azurite = await AzuriteProcess.StartAsync(options, TestContext.Current.CancellationToken);
    }

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
            string importId;
            using (var host = await ChildHost.StartAsync(_azurite!.ConnectionString, point, log))
            {
                var key = await host.NewKeyAsync();
                importId = (await host.SendAsync(HttpMethod.Post, "imports?kind=customers", key, shop.File.Bytes))
                    ["importId"]!.GetValue<string>();
                await host.StartImportAsync(key, importId);
                await host.ExitAsync();
            }

            Assert.Equal($"killed at {point.Split(':')[0]}\n", await File.ReadAllTextAsync(log));
            using var again = await ChildHost.StartAsync(_azurite.ConnectionString, null, log);
            var reader = await again.NewKeyAsync();
            var import = await again.AwaitAsync(reader, $"imports/{importId}");
            Assert.Equal(shop.File.Counts, import.Counts());
            Assert.Equal(shop.Customers, await ImportedShop.CustomersAsync(again, reader, shop.File.Created));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
