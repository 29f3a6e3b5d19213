using System.Diagnostics;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Local.Host.Tests.Azurite;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>The official JavaScript client against the local Service Bus.
/// Node runs once, each check is a test.</summary>
public sealed class JavaScriptClientTests(JavaScriptClient client) : IClassFixture<JavaScriptClient>
{
    [Theory]
    [InlineData("send and complete")]
    [InlineData("batch in order")]
    [InlineData("abandon comes again")]
    [InlineData("dead-letter with reason")]
    [InlineData("too many deliveries")]
    [InlineData("renew lock")]
    [InlineData("schedule and cancel")]
    [InlineData("peek locks nothing")]
    [InlineData("defer")]
    [InlineData("an empty queue answers with nothing")]
    [InlineData("subscribe")]
    [InlineData("topic and subscriptions")]
    [InlineData("receive and delete")]
    [InlineData("a large message")]
    [InlineData("an unknown entity")]
    [InlineData("equal message ids are both kept")]
    [InlineData("what .NET sent")]
    [InlineData("sends while the listener restarts")]
    public void The_official_client_passes(string check)
    {
        Assert.True(client.Results.TryGetValue(check, out var result), $"The check did not run. {client.Errors}");
        Assert.True(result.Ok, $"{result.Detail} {client.Errors}");
    }

    [Fact]
    public void Nothing_is_left_behind() => Assert.Equal(0, client.LeftBehind);
}

/// <summary>One run of client-checks.mjs against a bus that is restarted when the script asks for it.</summary>
public sealed class JavaScriptClient(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private LocalServiceBus? _bus;
    private LocalHostOptions? _options;

    public Dictionary<string, (bool Ok, string? Detail)> Results { get; } = [];

    public string Errors { get; private set; } = "";

    public int LeftBehind { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _options = TestBus.Options(azurite.ConnectionString);
        _bus = TestBus.Open(_options);
        _options.ServiceBusPort = _bus.Port;
        using var limit = new CancellationTokenSource(Limit);
        using var node = Start(_bus.ConnectionString);
        var errors = node.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            while (await node.StandardOutput.ReadLineAsync(limit.Token) is { } line) await HandleAsync(line, node);
        }
        finally
        {
            if (!node.HasExited) node.Kill(entireProcessTree: true);
        }

        Errors = await errors;
        LeftBehind = await _bus.CountAsync("orders") + await _bus.CountAsync("orders/$DeadLetterQueue");
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null) await _bus.DisposeAsync();
    }

    private static Process Start(string connectionString)
    {
        var root = RepositoryRoot.Find();
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(root, "tests", "LocalHost.Tests", "ServiceBus", "client-checks.mjs"));
        start.ArgumentList.Add(connectionString);
        return Process.Start(start)!;
    }

    private async Task HandleAsync(string line, Process node)
    {
        using var json = JsonDocument.Parse(line);
        if (json.RootElement.TryGetProperty("ask", out var ask))
        {
            await AnswerAsync(ask.GetString()!);
            await node.StandardInput.WriteLineAsync("done");
            await node.StandardInput.FlushAsync();
            return;
        }

        Results[json.RootElement.GetProperty("name").GetString()!] = (
            json.RootElement.GetProperty("ok").GetBoolean(),
            json.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null);
    }

    private async Task AnswerAsync(string ask)
    {
        if (ask == "stop") await _bus!.DisposeAsync();
        if (ask == "start") _bus = TestBus.Open(_options!);
        if (ask == "send") await SendAsync();
    }

    private async Task SendAsync()
    {
        await using var client = new ServiceBusClient(_bus!.ConnectionString);
        await client.CreateSender("orders").SendMessageAsync(new ServiceBusMessage("""{"hello":"wörld"}""")
        {
            MessageId = "net-1",
            SessionId = "net-s",
            CorrelationId = "net-c",
            Subject = "net-subject",
            ContentType = "application/cloudevents+json",
            ApplicationProperties = { ["text"] = "t", ["number"] = 7, ["flag"] = true, ["long"] = 5_000_000_000L },
        });
    }
}
