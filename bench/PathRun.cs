using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Local.Host.Azurite;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Bench;

/// <summary>Whole paths over HTTP beside their floors: the same storage calls made raw through the SDK, in the same run
/// on the same machine. Prints a ratio; nothing is asserted.</summary>
internal static class PathRun
{
    private const int WarmUp = 50;
    private const int Times = 400;
    private const string Prefix = "bench";

    // Of the tables that the app itself writes, beside those of the local host.
    private const string AppPrefix = "app";
    private const string Key = "bootstrap-key-of-the-bench-0123456789abcdef";

    public static Task RunAsync(CancellationToken cancel) => WithAppAsync(
        (host, client, counter, storage) => RunAsync(host, client, counter, storage, cancel), cancel);

    private static async Task RunAsync(
        LocalHost host, HttpClient client, CallCounter counter, string storage, CancellationToken cancel)
    {
        var table = await RawAsync(storage, cancel);

        var readFloor = await MeasureAsync(_ => ReadRangeAsync(table, cancel));
        var balance = await MeasureAsync(_ => client.GetAsync("programs/stars/profiles/zoe/balance", cancel));
        Print("balance over HTTP", balance, "one range read", readFloor);

        var writeFloor = await MeasureAsync(async i =>
        {
            await ReadRangeAsync(table, cancel);
            await WriteAsync(table, i, cancel);
        });
        var add = await MeasureAsync(_ => client.PostAsJsonAsync(
            "programs/stars/profiles/zoe/points", new { points = 1, reason = "bench", expiry = "1D_U" }, cancel));
        Print("add points over HTTP", add, "one range read and one transaction of five rows", writeFloor);
        var deduct = await MeasureAsync(_ => client.PostAsJsonAsync(
            "programs/stars/profiles/zoe/deductions", new { points = 0.5, reason = "bench" }, cancel));
        Print("deduct points over HTTP", deduct, "one range read and one transaction of five rows", writeFloor);
        await MessageRun.RunAsync(host, client, counter, table, cancel);
        await SettlementRun.RunAsync(host, table, cancel);
    }

    public static Task RunExportsAsync(CancellationToken cancel) =>
        WithAppAsync((host, client, _, _) => ExportRun.RunAsync(host, client, cancel), cancel);

    public static Task RunImportsAsync(CancellationToken cancel) => WithAppAsync(
        async (host, client, counter, storage) =>
        {
            using var sandbox = await ClientAsync(host, "trial", "sandbox", cancel);
            await ImportRun.RunAsync(client, sandbox, counter, storage, AppPrefix, cancel);
        }, cancel);

    private static async Task WithAppAsync(
        Func<LocalHost, HttpClient, CallCounter, string, Task> act, CancellationToken cancel)
    {
        await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), cancel);
        var counter = new CallCounter();
        await using var host = await LocalHost.StartAsync(Options(azurite.ConnectionString, counter), cancel);
        using var client = await ArrangeAsync(host, cancel);
        await act(host, client, counter, azurite.ConnectionString);
    }

    private static LocalHostOptions Options(string storage, CallCounter counter)
    {
        var options = new LocalHostOptions
        {
            Url = "http://127.0.0.1:0",
            StorageConnection = storage,
            Prefix = Prefix,
            ServiceBusPort = 0,
            RunTimers = false,
            Configure = builder => builder.Services.AddSingleton<HttpPipelinePolicy>(counter),
        };
        var path = Path.Combine(RepositoryRoot.Find(), "local.settings.sample.json");
        var sample = JsonNode.Parse(File.ReadAllText(path))!;
        foreach (var (name, value) in sample["Values"]!.AsObject()) options.Settings[name] = value!.GetValue<string>();
        options.Settings.Remove("ServiceBus");
        options.Settings["AzureWebJobsStorage"] = storage;
        options.Settings["Storage__Prefix"] = AppPrefix;
        options.Settings["Access__BootstrapAdminKey"] = Key;
        options.Settings["Access__RateLimit__PerMinute"] = "0";
        return options;
    }

    private static async Task<HttpClient> ArrangeAsync(LocalHost host, CancellationToken cancel)
    {
        var client = await ClientAsync(host, "shop", "live", cancel);
        await client.PutAsJsonAsync("programs/stars", new { title = "Stars" }, cancel);
        await client.PutAsJsonAsync("profiles/zoe", new { kind = "guest", name = "Zoë" }, cancel);
        return client;
    }

    private static async Task<HttpClient> ClientAsync(
        LocalHost host, string application, string environment, CancellationToken cancel)
    {
        var client = new HttpClient { BaseAddress = new Uri(host.BaseAddress, "api/v1/") };
        client.DefaultRequestHeaders.Add("x-api-key", Key);
        await client.PostAsJsonAsync("applications", new { name = application, environment }, cancel);
        var made = await client.PostAsJsonAsync(
            $"applications/{application}/keys", new { scopes = new[] { "management" } }, cancel);
        var key = await made.Content.ReadFromJsonAsync<JsonObject>(cancel);
        client.DefaultRequestHeaders.Remove("x-api-key");
        client.DefaultRequestHeaders.Add("x-api-key", key!["key"]!.GetValue<string>());
        return client;
    }

    private static async Task<TableClient> RawAsync(string storage, CancellationToken cancel)
    {
        var table = new TableClient(storage, "benchraw");
        await table.CreateIfNotExistsAsync(cancel);
        await table.AddEntityAsync(new TableEntity("p", "h") { ["State"] = new byte[1024] }, cancel);
        return table;
    }

    internal static async Task ReadRangeAsync(TableClient table, CancellationToken cancel)
    {
        const string range = "PartitionKey eq 'p' and RowKey ge 'h' and RowKey lt 'm'";
        var rows = table.QueryAsync<TableEntity>(range, cancellationToken: cancel);
        await foreach (var _ in rows)
        {
        }
    }

    internal static Task WriteAsync(TableClient table, int i, CancellationToken cancel)
    {
        var rows = new List<TableTransactionAction>
        {
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "h") { ["State"] = new byte[1024] }),
        };
        foreach (var kind in new[] { "e", "t", "c", "o" })
            rows.Add(new TableTransactionAction(
                TableTransactionActionType.UpsertReplace, new TableEntity("p", $"{kind}|{i:D10}")
                {
                    ["Data"] =
                    new byte[512]
                }));
        return table.SubmitTransactionAsync(rows, cancel);
    }

    private static async Task<TimeSpan> MeasureAsync(Func<int, Task> act)
    {
        for (var i = 0; i < WarmUp; i++) await act(i);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Times; i++) await act(WarmUp + i);
        return watch.Elapsed / Times;
    }

    private static void Print(string path, TimeSpan time, string floor, TimeSpan floorTime) => Console.WriteLine(
        $"{path}: {time.TotalMilliseconds:0.00} ms; {floor}: {floorTime.TotalMilliseconds:0.00} ms; "
        + $"ratio {time / floorTime:0.00}");
}
