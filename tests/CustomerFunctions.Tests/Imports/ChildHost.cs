using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using CustomerFunctions.Local.Host;

namespace CustomerFunctions.Tests.Imports;

/// <summary>The local host in a process of its own, over storage that outlives it.</summary>
internal sealed class ChildHost : IDisposable
{
    private const string AdminKey = "bootstrap-key-of-the-tests-0123456789abcdef";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(
        Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_KILL_ROWS") is null ? 3 : 30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly Process _process;
    private readonly HttpClient _http;

    private ChildHost(Process process, int port, int serviceBusPort)
    {
        _process = process;
        ServiceBusPort = serviceBusPort;
        ServiceBus = $"Endpoint=sb://localhost:{serviceBusPort};SharedAccessKeyName=RootManageSharedAccessKey;"
            + "SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true";
        _http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}/api/v1/"), Timeout = Deadline };
    }

    /// <summary>Where its Service Bus listens.</summary>
    public string ServiceBus { get; }

    /// <summary>The port of that.</summary>
    public int ServiceBusPort { get; }

    /// <summary>The application of the last key that was made.</summary>
    public string Application { get; private set; } = "";

    /// <param name="storage">Its storage.</param>
    /// <param name="killAt">Where it is killed; null for nowhere.</param>
    /// <param name="killLog">What it writes then.</param>
    /// <param name="busPort">Where its Service Bus listens; null for anywhere.</param>
    public static async Task<ChildHost> StartAsync(
        string storage, string? killAt, string killLog, int? busPort = null)
    {
        int[] ports = FreePorts.Take(2);
        var (http, bus) = (ports[0], busPort ?? ports[1]);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])
        [
            typeof(LocalHost).Assembly.Location, "--urls", $"http://localhost:{http}", "--storage-connection", storage,
            "--service-bus-port", $"{bus}", "--activity-redelivery", "2", "--quiet",
        ])
            start.ArgumentList.Add(argument);
        start.Environment["Access__BootstrapAdminKey"] = AdminKey;
        if (killAt is not null) start.Environment["CUSTOMERFUNCTIONS_KILL_AT"] = killAt;
        start.Environment["CUSTOMERFUNCTIONS_KILL_LOG"] = killLog;
        start.Environment["Letters__Folder"] = LettersOf(killLog);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var host = new ChildHost(process, http, bus);
        await host.UntilReadyAsync();
        return host;
    }

    /// <summary>Where a host with this log puts its letters.</summary>
    public static string LettersOf(string killLog) => Path.Combine(Path.GetDirectoryName(killLog)!, "letters");

    /// <summary>A management key of a new application.</summary>
    public async Task<string> NewKeyAsync()
    {
        var name = $"shop-{Guid.NewGuid():n}";
        await SendAsync(HttpMethod.Post, "applications", AdminKey, new JsonObject
        {
            ["name"] = name,
            ["environment"] = "live",
            ["timeZone"] = "UTC",
            ["currency"] = "EUR",
            ["region"] = "GB",
        });
        Application = name;
        return await KeyOfAsync(name);
    }

    /// <summary>A management key of an application that is there, with more scopes if wanted.</summary>
    public async Task<string> KeyOfAsync(string application, params string[] more)
    {
        var scopes = new JsonObject { ["scopes"] = new JsonArray([.. more.Append("management").Select(s => (JsonNode)s)]) };
        var made = await SendAsync(HttpMethod.Post, $"applications/{application}/keys", AdminKey, scopes);
        return made["key"]!.GetValue<string>();
    }

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, string key, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("x-api-key", key);
        request.Content = body switch
        {
            byte[] bytes => new ByteArrayContent(bytes),
            JsonObject json => new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"),
            _ => null,
        };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Sends a request named by a change; its status, or null when the host died under it.</summary>
    public async Task<int?> TryAsync(HttpMethod method, string path, string key, JsonObject? body, string change)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("x-api-key", key);
            request.Headers.Add("Idempotency-Key", change);
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _http.SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Posts a request named by a change, which must be taken; its answer.</summary>
    public async Task<JsonNode> ChangeAsync(string path, string key, JsonObject body, string change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("x-api-key", key);
        request.Headers.Add("Idempotency-Key", change);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Starts an import; the host may die before it answers.</summary>
    public async Task StartImportAsync(string key, string importId)
    {
        try
        {
            await SendAsync(HttpMethod.Post, $"imports/{importId}/start", key, new JsonObject());
        }
        catch (HttpRequestException) when (!_process.HasExited || _process.ExitCode != 0)
        {
            // It was killed under the request, as the test wants; the log that it leaves is asserted.
        }
    }

    public async Task<JsonNode> AwaitAsync(string key, string path)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var answer = await SendAsync(HttpMethod.Get, path, key);
            if (answer["state"]!.GetValue<string>() is "completed" or "failed") return answer;
            await Task.Delay(Pause, deadline.Token);
        }
    }

    public Task ExitAsync() => _process.WaitForExitAsync().WaitAsync(Deadline);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task UntilReadyAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            Assert.False(_process.HasExited, "The host has ended while it started.");
            try
            {
                using var answer = await _http.GetAsync(new Uri("applications", UriKind.Relative), deadline.Token);
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(Pause, deadline.Token);
        }
    }
}
