using System.Reflection;
using CustomerFunctions.Local.Host.ServiceBus;
using Microsoft.Azure.Functions.Worker.Builder;

namespace CustomerFunctions.Local.Host;

/// <summary>How one local host runs. Tests start several in one process, each with its own.</summary>
public sealed class LocalHostOptions
{
    /// <summary>Where HTTP functions listen; port 0 takes a free one.</summary>
    public string Url { get; set; } = "http://localhost:7071";

    /// <summary>Connection string of the storage for the host's own state (queues, durable history, timers).</summary>
    public string StorageConnection { get; set; } = "UseDevelopmentStorage=true";

    /// <summary>Starts the host's table, container and queue names, so that several hosts share one Azurite.</summary>
    public string Prefix { get; set; } = "local";

    /// <summary>Where the Service Bus listener listens (AMQP); port 0 takes a free one.</summary>
    public int ServiceBusPort { get; set; } = 5672;

    /// <summary>How long the durable engine waits before it gives an activity of a dead worker to another.</summary>
    public TimeSpan ActivityRedelivery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a received Service Bus message stays locked.</summary>
    public TimeSpan MessageLock { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Deliveries of a message before it is dead-lettered.</summary>
    public int MaxDeliveryCount { get; set; } = 10;

    /// <summary>The queues and topics of the local Service Bus.</summary>
    public List<ServiceBusEntity> ServiceBusEntities { get; } =
        [
            ServiceBusEntity.Queue("terminal-transactions"),
            ServiceBusEntity.Topic("customer-events", "all", "webhooks"),
        ];

    /// <summary>Whether timer functions fire by themselves; tests call them.</summary>
    public bool RunTimers { get; set; } = true;

    /// <summary>How often containers are looked through for new blobs.</summary>
    public TimeSpan BlobPolling { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The app; null is CustomerFunctions. Host.json is read beside it.</summary>
    public Assembly? App { get; set; }

    /// <summary>What starts the app; null is the assembly's own entry point.</summary>
    public Action<string[]>? EntryPoint { get; set; }

    /// <summary>Which of the app's function classes are served; null is all.</summary>
    public Func<Type, bool>? Serves { get; set; }

    /// <summary>Whether logs go to the console, one line each; warnings and worse only when quiet.</summary>
    public ConsoleLog Console { get; set; }

    /// <summary>Settings that the app reads, above the environment; A__B means A:B.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Changes to the app's services before it is built, after the app's own registrations.</summary>
    public Action<FunctionsApplicationBuilder>? Configure { get; set; }
}

/// <summary>How much a host logs to the console.</summary>
public enum ConsoleLog
{
    /// <summary>Nothing; tests read answers, not logs.</summary>
    None,

    /// <summary>Warnings and errors.</summary>
    Quiet,

    /// <summary>What host.json asks for.</summary>
    Normal,
}
