namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>A queue, or a topic with its subscriptions, that the local Service Bus has.</summary>
/// <param name="Name">Its path, such as <c>terminal-transactions</c>.</param>
/// <param name="Subscriptions">A topic's subscriptions; null for a queue.</param>
public sealed record ServiceBusEntity(string Name, IReadOnlyList<string>? Subscriptions)
{
    /// <summary>A queue with its dead-letter queue.</summary>
    public static ServiceBusEntity Queue(string name) => new(name, null);

    /// <summary>A topic; every subscription gets a copy of every message.</summary>
    public static ServiceBusEntity Topic(string name, params string[] subscriptions) => new(name, subscriptions);
}
