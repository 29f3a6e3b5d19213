using System.Globalization;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Local.Host.Tests.Azurite;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

public sealed record SeenMessage(string Function, string Body, IReadOnlyDictionary<string, object?> Data)
{
    public string? this[string name] => Data[name] as string;
}

public sealed class MessageProbe
{
    public Seen<SeenMessage> Runs { get; } = new();

    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

public sealed class QueueFunctions(MessageProbe probe)
{
    [Function("OnOrder")]
    public async Task Run(
        [ServiceBusTrigger("%OrdersQueue%", Connection = "ServiceBus")] string body, FunctionContext context)
    {
        probe.Runs.Add(new("OnOrder", body, context.BindingContext.BindingData));
        if (body == "fail") throw new InvalidOperationException("on purpose");
        if (body == "wait") await probe.Gate.Task;
    }

    [Function("OnDeadOrder")]
    public void Dead(
        [ServiceBusTrigger("orders/$deadletterqueue", Connection = "ServiceBus")] BinaryData body,
        FunctionContext context) =>
        probe.Runs.Add(new("OnDeadOrder", body.ToString(), context.BindingContext.BindingData));
}

public sealed class TopicFunctions(MessageProbe probe)
{
    [Function("OnEvent")]
    public void Run(
        [ServiceBusTrigger("events", "audit", Connection = "ServiceBus")] byte[] body, FunctionContext context) =>
        probe.Runs.Add(new("OnEvent", new BinaryData(body).ToString(), context.BindingContext.BindingData));
}

public sealed record Receipt(string Number, decimal Total);

public sealed class ForwardFunctions
{
    [Function("Forward")]
    [ServiceBusOutput("events", ServiceBusEntityType.Topic, Connection = "ServiceBus")]
    public object? Run([ServiceBusTrigger("orders", Connection = "ServiceBus")] string body) => body switch
    {
        "text" => "a text",
        "object" => new Receipt("r1", 2.5m),
        "many" => new[] { "one", "two" },
        _ => null,
    };
}

public sealed class WrongParameterFunctions
{
    [Function("Wrong")]
    public void Run([ServiceBusTrigger("orders", Connection = "ServiceBus")] Receipt receipt) =>
        Assert.NotNull(receipt);
}

public sealed class NoConnectionFunctions
{
    [Function("Unconnected")]
    public void Run([ServiceBusTrigger("orders", Connection = "Nowhere")] string body) => Assert.NotNull(body);
}

/// <summary>Functions of a small app that messages start.</summary>
public sealed class ServiceBusTriggerTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly MessageProbe _probe = new();

    [Fact]
    public async Task A_message_runs_its_function_with_its_facts_and_is_gone()
    {
        await using var app = await StartAsync(_ => { }, typeof(QueueFunctions));
        await SendAsync(app, new ServiceBusMessage("hello")
        {
            MessageId = "m1",
            CorrelationId = "c1",
            SessionId = "s1",
            Subject = "sale",
            ContentType = "text/plain",
            ApplicationProperties = { ["source"] = "till" },
        });
        var seen = await _probe.Runs.NextAsync();
        Assert.Equal(
            ("OnOrder", "hello", "m1", "c1", "s1", "sale", "sale", "text/plain", "1"),
            (seen.Function, seen.Body, seen["MessageId"], seen["CorrelationId"], seen["SessionId"], seen["Subject"],
                seen["Label"], seen["ContentType"], seen["DeliveryCount"]));
        Assert.True(long.Parse(seen["SequenceNumber"]!, CultureInfo.InvariantCulture) > 0);
        Assert.True(JsonSerializer.Deserialize<DateTime>(seen["EnqueuedTimeUtc"]!) > DateTime.UnixEpoch);
        Assert.Equal("""{"source":"till"}""", seen["ApplicationProperties"]);
        Assert.True(Guid.TryParse(seen["LockToken"], out _));
        await UntilCountAsync(app, "orders", 0);
    }

    [Fact]
    public async Task A_failing_message_comes_again_and_then_lands_in_the_dead_letter_queue()
    {
        await using var app = await StartAsync(_ => { }, typeof(QueueFunctions));
        await SendAsync(app, new ServiceBusMessage("fail") { MessageId = "m1" });
        for (var delivery = 1; delivery <= 3; delivery++)
        {
            var seen = await _probe.Runs.NextAsync();
            Assert.Equal(("OnOrder", $"{delivery}"), (seen.Function, seen["DeliveryCount"]));
        }

        var dead = await _probe.Runs.NextAsync();
        Assert.Equal(
            ("OnDeadOrder", "fail", "m1", "orders"),
            (dead.Function, dead.Body, dead["MessageId"], dead["DeadLetterSource"]));
        Assert.Contains("MaxDeliveryCountExceeded", dead["ApplicationProperties"], StringComparison.Ordinal);
        await UntilCountAsync(app, "orders/$DeadLetterQueue", 0);
    }

    [Fact]
    public async Task A_subscription_runs_its_function_and_others_keep_their_copy()
    {
        await using var app = await StartAsync(_ => { }, typeof(TopicFunctions));
        await Bus(app).SendAsync("events", new ServiceBusMessage("news"));
        Assert.Equal(("OnEvent", "news"), await _probe.Runs.NextAsync() is { } s ? (s.Function, s.Body) : default);
        await UntilCountAsync(app, "events/subscriptions/audit", 0);
        Assert.Equal(1, await Bus(app).CountAsync("events/subscriptions/all"));
    }

    [Fact]
    public async Task No_more_messages_are_handled_at_once_than_host_json_allows()
    {
        await using var app = await StartAsync(
            o => o.Settings["AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentCalls"] = "2",
            typeof(QueueFunctions));
        for (var i = 0; i < 5; i++) await SendAsync(app, new ServiceBusMessage("wait"));
        await _probe.Runs.NextAsync();
        await _probe.Runs.NextAsync();
        Assert.Equal(0, _probe.Runs.Waiting);
        _probe.Gate.SetResult();
        for (var i = 0; i < 3; i++) await _probe.Runs.NextAsync();
        await UntilCountAsync(app, "orders", 0);
    }

    [Fact]
    public async Task Messages_that_were_waiting_are_handled_after_a_restart()
    {
        var prefix = $"t{Guid.NewGuid():N}"[..20];
        await using (var idle = await StartAsync(o => o.Prefix = prefix))
            for (var i = 0; i < 3; i++) await SendAsync(idle, new ServiceBusMessage($"{i}"));
        await using var app = await StartAsync(o => o.Prefix = prefix, typeof(QueueFunctions));
        var seen = new List<string>();
        for (var i = 0; i < 3; i++) seen.Add((await _probe.Runs.NextAsync()).Body);
        Assert.Equal(["0", "1", "2"], seen.Order());
    }

    [Theory]
    [InlineData("text", "a text")]
    [InlineData("object", """{"Number":"r1","Total":2.5}""")]
    [InlineData("many", "one,two")]
    [InlineData("nothing", "")]
    public async Task What_a_function_returns_is_sent_on(string body, string expected)
    {
        await using var app = await StartAsync(_ => { }, typeof(ForwardFunctions));
        await SendAsync(app, new ServiceBusMessage(body));
        await UntilCountAsync(app, "orders", 0);
        var sent = await Bus(app).PeekAsync("events/subscriptions/all");
        Assert.Equal(expected, string.Join(',', sent.Select(m => m.Body)));
    }

    [Theory]
    [InlineData(typeof(WrongParameterFunctions), "Wrong")]
    [InlineData(typeof(NoConnectionFunctions), "Unconnected")]
    public async Task A_function_that_cannot_be_triggered_stops_the_start_and_is_named(Type functions, string name)
    {
        var fault = await Assert.ThrowsAsync<LocalHostException>(() => StartAsync(_ => { }, functions));
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
    }

    private static LocalServiceBus Bus(TestApp app) => app.Host.Services.GetRequiredService<LocalServiceBus>();

    private static Task SendAsync(TestApp app, ServiceBusMessage message) => Bus(app).SendAsync("orders", message);

    private static async Task UntilCountAsync(TestApp app, string path, int count)
    {
        using var limit = new CancellationTokenSource(Deadline);
        while (await Bus(app).CountAsync(path) != count) await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
    }

    private Task<TestApp> StartAsync(Action<LocalHostOptions> change, params Type[] functions) =>
        TestApp.StartAsync(
            o =>
            {
                o.StorageConnection = azurite.ConnectionString;
                o.Prefix = $"t{Guid.NewGuid():N}"[..20];
                o.MaxDeliveryCount = 3;
                o.ServiceBusEntities.Clear();
                o.ServiceBusEntities.AddRange(
                    [ServiceBusEntity.Queue("orders"), ServiceBusEntity.Topic("events", "all", "audit")]);
                o.Settings["OrdersQueue"] = "orders";
                o.Configure = builder => builder.Services.AddSingleton(_probe);
                change(o);
            },
            functions);
}
