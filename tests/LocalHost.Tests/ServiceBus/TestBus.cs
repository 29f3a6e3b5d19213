using CustomerFunctions.Local.Host.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>Buses for tests, each with names of its own.</summary>
internal static class TestBus
{
    /// <summary>Options of a bus with a queue and a topic of two subscriptions.</summary>
    public static LocalHostOptions Options(string storage, Action<LocalHostOptions>? change = null)
    {
        var options = new LocalHostOptions
        {
            StorageConnection = storage,
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
