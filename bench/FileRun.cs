using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Local.Host.Azurite;

namespace CustomerFunctions.Bench;

/// <summary>Whole imports and exports of files of several sizes, each by an app in a process of its own over an empty
/// Azurite: how fast, and the most memory that the app ever took. Its growth from the first size to the last is
/// printed as a ratio; nothing is asserted but the numbers of rows. A rehearsal is an import that only says what it
/// would do: the same reading, spooling and meeting of keys, without Azurite's memory as a limit.</summary>
internal static class FileRun
{
    private const string Key = "bootstrap-key-of-the-bench-0123456789abcdef";

    // Azurite takes about 28 KB for each customer: room for some 400,000.
    private const int AzuriteHeapMebibytes = 12 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    public static async Task RunAsync(
        IReadOnlyList<int> sizes, bool isRehearsal, CancellationToken cancel)
    {
        var peaks = new List<long>();
        foreach (var rows in sizes) peaks.Add(await RunAsync(rows, isRehearsal, cancel));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"peak memory at {sizes[^1]} rows: {peaks[^1] / (double)peaks[0]:0.00} of that at {sizes[0]}"));
    }

    private static async Task<long> RunAsync(int rows, bool isRehearsal, CancellationToken cancel)
    {
        var options = new AzuriteOptions { HeapMebibytes = AzuriteHeapMebibytes };
        await using var azurite = await AzuriteProcess.StartAsync(options, cancel);
        using var storage = Process.GetProcessById(azurite.Id);
        using var app = Start(azurite.ConnectionString, out var url);
        try
        {
            using var client = new HttpClient { BaseAddress = url, Timeout = Limit };
            await ArrangeAsync(client, app, cancel);
            var empty = storage.WorkingSet64;
            await ImportAsync(client, rows, isRehearsal, cancel);
            if (isRehearsal) return Peak(app);
            storage.Refresh();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  Azurite has grown by {(storage.WorkingSet64 - empty) / (double)rows / 1024:0.0} KB a customer"));
            object[] exports = [new { kind = "customers" }, new { kind = "customers", format = "xlsx" }];
            foreach (var order in exports)
                await ExportAsync(client, order, rows, cancel);
            return Peak(app);
        }
        finally
        {
            app.Kill();
            await app.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task ImportAsync(
        HttpClient client, int rows, bool isRehearsal, CancellationToken cancel)
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = File.Create(path)) CustomerCsv.Write(file, rows);
            await using var upload = File.OpenRead(path);
            var id = await Jobs.UploadAsync(client, upload, cancel);
            var watch = Stopwatch.StartNew();
            var import = await Jobs.ImportAsync(client, id, cancel, isRehearsal);
            Expect(rows, import["progress"]!["created"]!.GetValue<int>());
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{rows} rows, {new FileInfo(path).Length >> 20} MB: {(isRehearsal ? "rehearsed" : "imported")} in "
                + $"{watch.Elapsed.TotalSeconds:0} s, "
                + $"{rows / watch.Elapsed.TotalSeconds:0} rows/s"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task ExportAsync(HttpClient client, object order, int rows, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var export = await Jobs.ExportAsync(client, order, cancel);
        Expect(rows, export["file"]!["rows"]!.GetValue<int>());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  export {order}: {export["file"]!["bytes"]!.GetValue<long>() >> 20} MB in "
            + $"{watch.Elapsed.TotalSeconds:0} s, {rows / watch.Elapsed.TotalSeconds:0} rows/s"));
    }

    private static long Peak(Process app)
    {
        app.Refresh();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  the app took at most {app.PeakWorkingSet64 >> 20} MB"));
        return app.PeakWorkingSet64;
    }

    private static void Expect(int rows, int found)
    {
        if (rows != found) throw new InvalidOperationException($"{found} instead of {rows} rows.");
    }

    private static Process Start(string storage, out Uri url)
    {
        var port = FreePort();
        url = new Uri($"http://127.0.0.1:{port}/api/v1/");
        var start = new ProcessStartInfo("dotnet");
        foreach (var argument in (string[])
        [
            typeof(LocalHost).Assembly.Location, "--urls", $"http://127.0.0.1:{port}",
            "--storage-connection", storage, "--service-bus-port", $"{FreePort()}", "--quiet",
        ])
            start.ArgumentList.Add(argument);
        start.Environment["Access__BootstrapAdminKey"] = Key;
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ArrangeAsync(HttpClient client, Process app, CancellationToken cancel)
    {
        await UntilReadyAsync(client, app, cancel);
        client.DefaultRequestHeaders.Add("x-api-key", Key);
        var shop = new { name = "shop", environment = "live", timeZone = "UTC", currency = "EUR", region = "GB" };
        await Jobs.ReadAsync(await client.PostAsJsonAsync("applications", shop, cancel), cancel);
        var made = await Jobs.ReadAsync(
            await client.PostAsJsonAsync("applications/shop/keys", new { scopes = new[] { "management" } }, cancel),
            cancel);
        client.DefaultRequestHeaders.Remove("x-api-key");
        client.DefaultRequestHeaders.Add("x-api-key", made["key"]!.GetValue<string>());
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    private static async Task UntilReadyAsync(HttpClient client, Process app, CancellationToken cancel)
    {
        while (true)
        {
            if (app.HasExited) throw new InvalidOperationException("The app has ended while it started.");
            try
            {
                using var answer = await client.GetAsync(new Uri("health/ready", UriKind.Relative), cancel);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
        }
    }
}
