using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Local.Host.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: AssemblyFixture(typeof(CustomerFunctions.Local.Host.Tests.ServiceBus.BusStorage))]

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>One Azurite for all Service Bus tests of a run; each takes its own prefix.</summary>
public sealed class BusStorage : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    public string Connection => _azurite!.ConnectionString;

    public async ValueTask InitializeAsync() =>
        _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
    }

    /// <summary>Options of a bus with a queue and a topic of two subscriptions.</summary>
    public LocalHostOptions Options(Action<LocalHostOptions>? change = null)
    {
        var options = new LocalHostOptions
        {
            StorageConnection = Connection,
            Prefix = $"t{Guid.NewGuid():N}"[..20],
            ServiceBusPort = 0,
            MaxDeliveryCount = 3,
        };
        options.ServiceBusEntities.Clear();
        options.ServiceBusEntities.AddRange(
            [ServiceBusEntity.Queue("orders"), ServiceBusEntity.Topic("events", "all", "audit")]);
        change?.Invoke(options);
        return options;
    }

    /// <summary>An open bus.</summary>
    public static LocalServiceBus Open(LocalHostOptions options)
    {
        var bus = new LocalServiceBus(options);
        bus.Open(TimeProvider.System, NullLoggerFactory.Instance);
        return bus;
    }
}
