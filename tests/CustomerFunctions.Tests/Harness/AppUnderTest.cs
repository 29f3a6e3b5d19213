using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using CustomerFunctions.Events;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Messaging;
using CustomerFunctions.Shared.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CustomerFunctions.Tests.Harness;

/// <summary>The whole app on the local host in this process, over real Azurite, with a clock that only the test moves
/// and a probe in the app's storage pipeline. One for each test class: it starts in a fraction of a second.</summary>
public sealed class AppUnderTest(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string BootstrapKey = "bootstrap-key-of-the-tests-0123456789abcdef";
    private LocalHost? _host;
    private int _names;

    /// <summary>The clock of the app.</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Sees and disturbs the app's Table calls.</summary>
    public StorageProbe Probe { get; } = new();

    /// <summary>How often the SDK repeats a failed storage call by itself; 0, so that the app's own care is seen.
    /// </summary>
    public int RetriesMax { get; init; }

    /// <summary>What the app has sent to customers.</summary>
    public SentLetters Letters { get; } = new();

    /// <summary>True when mails and text messages go where the settings say, not to <see cref="Letters"/>.</summary>
    public bool OwnSenders { get; init; }

    /// <summary>True when events are taken off the topic by themselves; else tests hand them to the function.</summary>
    public bool HearsEvents { get; init; }

    /// <summary>Settings of this app alone.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];

    /// <summary>Replaces services of the app before it starts.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    /// <summary>The app's services: doors and tables.</summary>
    public IServiceProvider Services => Host.Services;

    /// <summary>The running host.</summary>
    public LocalHost Host => _host ?? throw new InvalidOperationException("The app is not running.");

    /// <summary>Where everything of this app lies.</summary>
    public string StorageConnection { get; } = azurite.NextConnection();

    /// <summary>Begins all names of this app's tables.</summary>
    public string Prefix { get; } = "t" + Guid.NewGuid().ToString("n")[..10];

    /// <summary>Calls with the bootstrap key.</summary>
    public ApiClient Admin => new(Host, BootstrapKey);

    public async ValueTask InitializeAsync()
    {
        var options = new LocalHostOptions
        {
            Url = "http://127.0.0.1:0",
            StorageConnection = StorageConnection,
            Prefix = Prefix,
            ServiceBusPort = 0,
            RunTimers = false,
            ActivityRedelivery = TimeSpan.FromSeconds(2),
            Configure = builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(Clock);
                builder.Services.AddSingleton<HttpPipelinePolicy>(Probe);
                if (!OwnSenders)
                    builder.Services.AddSingleton<IMailSender>(Letters).AddSingleton<ISmsSender>(Letters);
                Replace?.Invoke(builder.Services);
            },
        };
        foreach (var (name, value) in SampleSettings()) options.Settings[name] = value;
        options.Settings.Remove("ServiceBus");
        options.Settings["AzureWebJobsStorage"] = StorageConnection;
        options.Settings["Storage__Prefix"] = Prefix;
        options.Settings["Storage__RetriesMax"] = $"{RetriesMax}";
        options.Settings["Access__BootstrapAdminKey"] = BootstrapKey;
        options.Settings["Access__RateLimit__PerMinute"] = "0";
        options.Settings["Codes__SendAtOnce"] = "false";
        foreach (var hears in (string[])[nameof(OnCustomerEvent), nameof(OnDeadCustomerEvent)])
            options.Settings[$"AzureWebJobs.{hears}.Disabled"] = HearsEvents ? "false" : "true";
        foreach (var (name, value) in Settings) options.Settings[name] = value;
        _host = await LocalHost.StartAsync(options, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }

    /// <summary>What a newcomer's settings begin with: a name that the code reads and the sample lacks fails here.
    /// </summary>
    private static Dictionary<string, string> SampleSettings() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "local.settings.sample.json")))!["Values"]
            .Deserialize<Dictionary<string, string>>()!;

    /// <summary>A name that nothing else in this app has.</summary>
    public string NewName(string stem = "x") => $"{stem}-{Interlocked.Increment(ref _names)}";

    /// <summary>Makes an application with a key of the given scopes.</summary>
    public async Task<ApiClient> NewApplicationAsync(
        string environment = "live", string[]? scopes = null, string timeZone = "Europe/Berlin", string? name = null)
    {
        name ??= NewName("shop");
        (await Admin.PostAsync("applications", new { name, environment, timeZone, currency = "EUR", region = "GB" }))
            .Expect(201);
        return await NewKeyAsync(name, scopes ?? ["integration", "staff", "management"]);
    }

    /// <summary>Makes a key for an application.</summary>
    public async Task<ApiClient> NewKeyAsync(string application, params string[] scopes)
    {
        var made = await Admin.PostAsync($"applications/{application}/keys", new { scopes });
        return new ApiClient(Host, made.Expect(201).Text("key"), application);
    }
}

/// <summary>Calls the app over HTTP with one key.</summary>
public sealed class ApiClient(LocalHost host, string? key, string application = "")
{
    private static readonly HttpClient Http = new(new HttpClientHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Where the app runs.</summary>
    public LocalHost Host => host;

    /// <summary>The application behind the key.</summary>
    public string Application => application;

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<ApiAnswer> PutAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, body, headers);

    public Task<ApiAnswer> PatchAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, body, headers);

    public Task<ApiAnswer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers);

    /// <summary>Sends any request; a body that is an <see cref="HttpContent"/> goes as it is, anything else as JSON.
    /// </summary>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(host.BaseAddress, "api/v1/" + path));
        if (key is not null) request.Headers.Add("x-api-key", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body, options: Json.Options);
        using var response = await Http.SendAsync(request);
        return new ApiAnswer(
            (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(),
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>What came back.</summary>
public sealed record ApiAnswer(int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as it is.</summary>
    public string Body => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new JsonException("The body is null.");

    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The last part of a problem's type.</summary>
    public string Code => Text("type").Replace(Problem.TypePrefix, "", StringComparison.Ordinal);

    /// <summary>The pointers of a problem's wrong fields, in order.</summary>
    public string[] WrongFields =>
        [.. (Json["errors"]?.AsArray() ?? []).Select(e => e!["pointer"]!.GetValue<string>()).Order()];

    /// <summary>A member that is a text.</summary>
    public string Text(string name) => Json[name]!.GetValue<string>();

    /// <summary>A member that is a number.</summary>
    public decimal Number(string name) => Json[name]!.GetValue<decimal>();

    /// <summary>Asserts the status and shows the body when it is another.</summary>
    public ApiAnswer Expect(int status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Body}");
        return this;
    }

    /// <summary>Asserts a problem document with its status and code.</summary>
    public ApiAnswer ExpectSuccess()
    {
        Assert.True(IsSuccess, $"{Status}: {Body}");
        return this;
    }

    public ApiAnswer ExpectProblem(int status, string code)
    {
        Expect(status);
        Assert.StartsWith("application/problem+json", Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(code, Code);
        return this;
    }
}
