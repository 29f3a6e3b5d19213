using Azure.Identity;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Local.Host.Tests.Azurite;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>The stand-in for the .NET client against the listener.</summary>
public sealed class ServiceBusClientTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private LocalHostOptions _options = null!;
    private LocalServiceBus _bus = null!;
    private ServiceBusClient _client = null!;

    public ValueTask InitializeAsync()
    {
        _options = TestBus.Options(azurite.ConnectionString);
        _bus = TestBus.Open(_options);
        _options.ServiceBusPort = _bus.Port;
        _client = new ServiceBusClient(_bus.ConnectionString, Impatient());
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task A_message_arrives_with_everything_that_was_set()
    {
        await _client.CreateSender("orders").SendMessageAsync(new ServiceBusMessage("body")
        {
            MessageId = "id",
            SessionId = "session",
            CorrelationId = "correlation",
            Subject = "subject",
            ContentType = "text/plain",
            ApplicationProperties = { ["text"] = "t", ["number"] = 7L, ["flag"] = true },
        });
        var message = Assert.Single(await _bus.PeekAsync("orders"));
        Assert.Equal(
            ("id", "session", "correlation", "subject", "text/plain", "body"),
            (message.MessageId, message.SessionId, message.CorrelationId, message.Subject, message.ContentType,
                message.Body.ToString()));
        Assert.Equal(["t", 7L, true], new[] { "text", "number", "flag" }.Select(k => message.ApplicationProperties[k]));
    }

    [Fact]
    public async Task A_message_without_an_id_gets_one()
    {
        await _client.CreateSender("orders").SendMessageAsync(new ServiceBusMessage("x"));
        Assert.NotEmpty(Assert.Single(await _bus.PeekAsync("orders")).MessageId);
    }

    [Fact]
    public async Task A_batch_arrives_whole_and_in_order()
    {
        await using var sender = _client.CreateSender("events");
        using var batch = await sender.CreateMessageBatchAsync();
        for (var i = 0; i < 150; i++) Assert.True(batch.TryAddMessage(new ServiceBusMessage($"{i}")));
        await sender.SendMessagesAsync(batch);
        foreach (var subscription in new[] { "events/subscriptions/all", "events/Subscriptions/audit" })
        {
            var found = await _bus.PeekAsync(subscription, 1000);
            Assert.Equal(Enumerable.Range(0, 150).Select(i => $"{i}"), found.Select(m => m.Body.ToString()));
        }
    }

    [Fact]
    public async Task Several_messages_in_one_call_arrive_in_order()
    {
        await _client.CreateSender("orders").SendMessagesAsync([new("1"), new("2"), new("3")]);
        Assert.Equal("1,2,3", string.Join(',', (await _bus.PeekAsync("orders")).Select(m => m.Body)));
    }

    [Fact]
    public async Task A_batch_refuses_what_does_not_fit_and_stays_as_it_was()
    {
        await using var sender = _client.CreateSender("orders");
        using var batch = await sender.CreateMessageBatchAsync(new CreateMessageBatchOptions { MaxSizeInBytes = 2000 });
        Assert.True(batch.TryAddMessage(new ServiceBusMessage(new string('a', 1000))));
        var size = batch.SizeInBytes;
        Assert.False(batch.TryAddMessage(new ServiceBusMessage(new string('b', 1000))));
        Assert.Equal((1, size, 2000L), (batch.Count, batch.SizeInBytes, batch.MaxSizeInBytes));
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_for_good()
    {
        var fault = await Assert.ThrowsAsync<ServiceBusException>(
            () => _client.CreateSender("orders").SendMessageAsync(new ServiceBusMessage(new byte[300_000])));
        Assert.Equal((ServiceBusFailureReason.MessageSizeExceeded, false), (fault.Reason, fault.IsTransient));
    }

    [Fact]
    public async Task An_unknown_entity_is_said_to_be_missing()
    {
        var fault = await Assert.ThrowsAsync<ServiceBusException>(
            () => _client.CreateSender("nowhere").SendMessageAsync(new ServiceBusMessage("x")));
        Assert.Equal(
            (ServiceBusFailureReason.MessagingEntityNotFound, false, "nowhere"),
            (fault.Reason, fault.IsTransient, fault.EntityPath));
    }

    [Fact]
    public async Task A_listener_that_is_down_is_a_transient_fault()
    {
        var sender = _client.CreateSender("orders");
        await sender.SendMessageAsync(new ServiceBusMessage("before"));
        await _bus.DisposeAsync();
        var lost = await Assert.ThrowsAsync<ServiceBusException>(
            () => sender.SendMessageAsync(new ServiceBusMessage("x")));
        Assert.True(lost.IsTransient);
        await using var other = new ServiceBusClient(_bus.ConnectionString, Impatient());
        var refused = await Assert.ThrowsAsync<ServiceBusException>(
            () => other.CreateSender("orders").SendMessageAsync(new ServiceBusMessage("x")));
        Assert.Equal(
            (true, ServiceBusFailureReason.ServiceCommunicationProblem), (refused.IsTransient, refused.Reason));
    }

    [Fact]
    public async Task A_sender_finds_its_way_back_after_a_restart_and_nothing_is_lost()
    {
        var sender = _client.CreateSender("orders");
        await sender.SendMessagesAsync([new("1"), new("2")]);
        await _bus.DisposeAsync();
        _bus = TestBus.Open(_options);
        await UntilSentAsync(sender, "3");
        var found = await _bus.PeekAsync("orders");
        Assert.Equal(["1", "2", "3"], found.Select(m => m.Body.ToString()).Distinct());
        Assert.Equal(found.Select(m => m.SequenceNumber).Distinct().Order(), found.Select(m => m.SequenceNumber));
    }

    [Fact]
    public async Task A_closed_sender_and_a_closed_client_refuse_to_send()
    {
        var sender = _client.CreateSender("orders");
        await sender.CloseAsync();
        Assert.True(sender.IsClosed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sender.SendMessageAsync(new ServiceBusMessage("x")));
        var orphan = _client.CreateSender("orders");
        await _client.DisposeAsync();
        Assert.True(_client.IsClosed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => orphan.SendMessageAsync(new ServiceBusMessage("x")));
        Assert.Throws<ObjectDisposedException>(() => _client.CreateSender("orders"));
    }

    [Fact]
    public async Task Many_senders_at_once_lose_nothing()
    {
        var sender = _client.CreateSender("orders");
        await Task.WhenAll(Enumerable.Range(0, 500)
            .Select(i => sender.SendMessageAsync(new ServiceBusMessage($"{i}"))));
        var found = await _bus.PeekAsync("orders", 1000);
        Assert.Equal(500, found.Select(m => m.Body.ToString()).Distinct().Count());
    }

    [Fact]
    public void A_credential_is_refused_with_the_reason()
    {
        var fault = Assert.Throws<NotSupportedException>(
            () => new ServiceBusClient("ns.servicebus.windows.net", new DefaultAzureCredential()));
        Assert.Contains("Entra ID", fault.Message, StringComparison.Ordinal);
    }

    private static ServiceBusClientOptions Impatient() => new() { RetryOptions = { MaxRetries = 0 } };

    private static async Task UntilSentAsync(ServiceBusSender sender, string body)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await sender.SendMessageAsync(new ServiceBusMessage(body), limit.Token);
                return;
            }
            catch (ServiceBusException fault) when (fault.IsTransient)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }
        }
    }
}
