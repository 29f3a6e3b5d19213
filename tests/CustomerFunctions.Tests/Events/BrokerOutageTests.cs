using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Events;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerFunctions.Tests.Events;

/// <summary>The broker goes away and comes back, or takes a batch and its answer is lost: consumers see every event,
/// and those of one aggregate first in their order.</summary>
public sealed class BrokerOutageTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Customers = 6;
    private const int Changes = 8;

    private readonly LocalHostOptions _options = new()
    {
        StorageConnection = azurite.NextConnection(),
        Prefix = $"b{Guid.NewGuid():n}"[..20],
        ServiceBusPort = FreePorts.Take(1)[0],
    };

    private LocalServiceBus? _bus;
    private AppUnderTest? _app;
    private FaultyBus? _faults;

    private AppUnderTest App => _app!;

    private OutboxPublisher Publisher => App.Services.GetRequiredService<OutboxPublisher>();

    public async ValueTask InitializeAsync()
    {
        Open();
        // One try each, so that the outage reaches the publisher.
        var quick = new ServiceBusClientOptions { RetryOptions = new ServiceBusRetryOptions { MaxRetries = 0 } };
        _faults = new FaultyBus(_bus!.ConnectionString, quick);
        _app = new AppUnderTest(azurite) { Replace = s => s.AddSingleton<ServiceBusClient>(_faults) };
        await _app.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        if (_bus is not null) await _bus.DisposeAsync();
    }

    [Fact]
    public async Task Every_event_arrives_in_order_while_the_broker_comes_and_goes()
    {
        var shop = await OpenShopAsync();
        var outages = 0;
        for (var i = 0; i < Changes; i++)
        {
            await ChangeAllAsync(shop, i);
            var away = i % 2 == 1;
            if (away) await CloseAsync();
            try
            {
                // The broker goes while the rest is being sent, too.
                var publishing = Publisher.PublishAsync(default);
                if (i % 4 == 2) await CloseAsync();
                await publishing;
                Assert.False(away, "Events were sent to nobody.");
            }
            catch (ServiceBusException e) when (e.IsTransient)
            {
                outages++;
                Assert.NotEmpty(await MarksAsync());
            }

            if (_bus is null) Open();
        }

        Assert.True(outages >= Changes / 2, $"{outages} outages");
        await EmptyAsync();
        await AssertAllAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_event_arrives_in_order_whichever_batch_fails_before_or_after_it_was_taken(bool isTaken)
    {
        var shop = await OpenShopAsync();
        for (var i = 0; i < Changes; i++)
        {
            await ChangeAllAsync(shop, i);
            // Each time another aggregate's batch fails, and once what was sent in the run after it.
            for (var failing = i + 1; failing > 0; failing -= 5)
            {
                _faults!.FailAt(failing, isTaken);
                await Assert.ThrowsAsync<ServiceBusException>(() => Publisher.PublishAsync(default));
            }
        }

        await EmptyAsync();
        await AssertAllAsync();
    }

    private void Open()
    {
        _bus = new LocalServiceBus(_options);
        _bus.Open(TimeProvider.System, NullLoggerFactory.Instance);
    }

    private async Task CloseAsync()
    {
        await _bus!.DisposeAsync();
        _bus = null;
    }

    private async Task<ApiClient> OpenShopAsync()
    {
        var shop = await App.NewApplicationAsync();
        (await shop.PutAsync("programs/stars", new { title = "Stars" })).Expect(201);
        return shop;
    }

    /// <summary>One event of each customer, and one of each wallet.</summary>
    private static Task ChangeAllAsync(ApiClient shop, int change) => Task.WhenAll(
        Enumerable.Range(0, Customers).Select(async i =>
        {
            (await shop.PutAsync($"profiles/zoe-{i}", new { kind = "guest", name = $"Zoe {change}" })).ExpectSuccess();
            (await shop.PostAsync($"programs/stars/profiles/zoe-{i}/points", new { points = 1, reason = "x" })).Expect(201);
        }));

    private async Task EmptyAsync()
    {
        _faults!.FailAt(0, false);
        await Publisher.PublishAsync(default);
        Assert.Empty(await MarksAsync());
    }

    private async Task AssertAllAsync()
    {
        var first = await Arrivals.FirstAsync(_bus!);
        Arrivals.AssertGapless(first, "profile", Customers, Changes);
        Arrivals.AssertGapless(first, "wallet", Customers, Changes);
    }

    private async Task<List<TableEntity>> MarksAsync()
    {
        var marks = new List<TableEntity>();
        var client = new TableClient(App.StorageConnection, App.Prefix + Outbox.TableName);
        await foreach (var row in client.QueryAsync<TableEntity>()) marks.Add(row);
        return marks;
    }

    /// <summary>A client whose sends fail when they are told to.</summary>
    private sealed class FaultyBus(string connection, ServiceBusClientOptions options)
        : ServiceBusClient(connection, options)
    {
        private int _at;
        private bool _isTaken;

        /// <summary>Lets the n-th send from now on fail, before or after the broker took it; none for 0.</summary>
        public void FailAt(int send, bool isTaken) => (_at, _isTaken) = (send, isTaken);

        public override ServiceBusSender CreateSender(string queueOrTopicName) =>
            new Sender(this, base.CreateSender(queueOrTopicName));

        private static ServiceBusException Fault() =>
            new("A fault made by the test.", ServiceBusFailureReason.ServiceCommunicationProblem);

        private sealed class Sender(FaultyBus bus, ServiceBusSender inner) : ServiceBusSender
        {
            public override ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancel = default) =>
                inner.CreateMessageBatchAsync(cancel);

            public override async Task SendMessagesAsync(ServiceBusMessageBatch batch, CancellationToken cancel = default)
            {
                var fails = Interlocked.Decrement(ref bus._at) == 0;
                if (fails && !bus._isTaken) throw Fault();
                await inner.SendMessagesAsync(batch, cancel);
                if (fails) throw Fault();
            }

            public override async ValueTask DisposeAsync()
            {
                await inner.DisposeAsync();
                await base.DisposeAsync();
            }
        }
    }
}
