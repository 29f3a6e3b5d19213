using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CustomerFunctions.Local.Host.Azurite;

namespace CustomerFunctions.Tests.Imports;

/// <summary>A shop of 2,000 customers that a host of its own has imported without any trouble: what imports and exports
/// that are killed must come to as well. CUSTOMERFUNCTIONS_KILL_ROWS sets another number.</summary>
public sealed class ImportedShop : IAsyncLifetime
{
    private static readonly int Rows = int.Parse(
        Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_KILL_ROWS") ?? "2000", CultureInfo.InvariantCulture);

    private static readonly HttpClient Http = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("imported-shop-");
    private AzuriteProcess? _azurite;

    /// <summary>Its storage.</summary>
    public string Storage => _azurite!.ConnectionString;

    /// <summary>Its management key.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The file that was imported.</summary>
    internal CustomerFile File { get; private set; } = null!;

    /// <summary>The hash of its customers, whatever their order and ids.</summary>
    internal string Customers { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var options = new AzuriteOptions { HeapMebibytes = 8192 };
        _azurite = await AzuriteProcess.StartAsync(options, TestContext.Current.CancellationToken);
        File = await CustomerFile.MakeAsync(_folder.FullName, Rows, "killed");
        using var host = await ChildHost.StartAsync(Storage, null, KillLog("none"));
        Key = await host.NewKeyAsync();
        var import = await host.SendAsync(HttpMethod.Post, "imports?kind=customers", Key, File.Bytes);
        await host.StartImportAsync(Key, import["importId"]!.GetValue<string>());
        var done = await host.AwaitAsync(Key, $"imports/{import["importId"]}");
        Assert.Equal(File.Counts, done.Counts());
        Customers = await CustomersAsync(host, Key, File.Created);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Where a host that is killed at a point writes that down.</summary>
    public string KillLog(string point) => Path.Combine(_folder.FullName, $"{point.Replace(':', '-')}.log");

    /// <summary>Exports all customers; the hash of what the file tells of each, whatever their order and ids.</summary>
    internal static async Task<string> CustomersAsync(ChildHost host, string key, int expected)
    {
        var order = new JsonObject
        {
            ["kind"] = "customers",
            ["fields"] = new JsonArray("name", "email", "phone", "dateOfBirth", "tags"),
        };
        var asked = await host.SendAsync(HttpMethod.Post, "exports", key, order);
        var export = await host.AwaitAsync(key, $"exports/{asked["exportId"]}");
        Assert.Equal(expected, export["file"]!["rows"]!.GetValue<int>());
        var lines = Encoding.UTF8.GetString(await DownloadAsync(export)).Split("\r\n").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    /// <summary>The file of an export, which must be what its manifest says.</summary>
    internal static async Task<byte[]> DownloadAsync(JsonNode export)
    {
        var file = export["file"]!;
        var bytes = await Http.GetByteArrayAsync(new Uri(file["url"]!.GetValue<string>()));
        Assert.Equal(file["sha256"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        return bytes;
    }
}
