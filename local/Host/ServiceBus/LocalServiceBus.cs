using Amqp;
using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>The Service Bus of one local host.
/// Its port is taken when it is made; clients are served once it is opened.</summary>
public sealed class LocalServiceBus : IAsyncDisposable
{
    private readonly AmqpListener _listener;
    private readonly LocalHostOptions _options;
    private Broker? _broker;
    private int _isDisposed;

    /// <exception cref="LocalHostException">The port is taken.</exception>
    public LocalServiceBus(LocalHostOptions options)
    {
        _options = options;
        _listener = new AmqpListener(options.ServiceBusPort);
    }

    /// <summary>Where AMQP clients connect, on the loopback addresses.</summary>
    public int Port => _listener.Port;

    /// <summary>What official clients take as a connection string.</summary>
    public string ConnectionString => $"Endpoint=sb://localhost:{Port};SharedAccessKeyName=RootManageSharedAccessKey;"
        + "SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true";

    internal Broker Broker => _broker ?? throw new InvalidOperationException("The local Service Bus is not open yet.");

    /// <summary>Begins to serve clients; stored messages are loaded on first use.</summary>
    public void Open(TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<LocalServiceBus>();
        _broker = new Broker(_options, time, logger);
        _listener.Open(new AmqpLinks(_broker, logger), logger);
    }

    /// <summary>How many messages an entity holds, in whatever state.</summary>
    /// <param name="entityPath">A queue, <c>topic/subscriptions/name</c>, or one of these with
    /// <c>/$deadletterqueue</c> behind it.</param>
    /// <exception cref="ArgumentException">There is no such entity.</exception>
    public async Task<int> CountAsync(string entityPath) => (await FindAsync(entityPath)).Count;

    /// <summary>Looks at an entity's oldest messages without locking them.</summary>
    /// <inheritdoc cref="CountAsync" path="/param"/>
    /// <inheritdoc cref="CountAsync" path="/exception"/>
    public async Task<IReadOnlyList<PeekedMessage>> PeekAsync(string entityPath, int countMax = 100)
    {
        var entity = await FindAsync(entityPath);
        return [.. entity.Peek(0, countMax).Select(m => PeekedMessage.From(m, entity.Path))];
    }

    /// <summary>Sends a message without a client.</summary>
    /// <exception cref="ArgumentException">There is no such queue or topic.</exception>
    public async Task SendAsync(string queueOrTopic, Azure.Messaging.ServiceBus.ServiceBusMessage message)
    {
        if (!Broker.TryFindTargets(BusPaths.Normalise(queueOrTopic), out var targets))
            throw new ArgumentException($"There is no queue or topic '{queueOrTopic}'.", nameof(queueOrTopic));
        var amqp = AmqpMessages.From(message);
        await Broker.SendAsync(targets, [(BusPayload.Encode(amqp), BusPayload.ScheduledAt(amqp))]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        await _listener.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
    }

    private async Task<BusEntity> FindAsync(string entityPath)
    {
        await Broker.BeginAsync();
        return Broker.TryFindSource(BusPaths.Normalise(entityPath), out var entity)
            ? entity
            : throw new ArgumentException($"There is no queue or subscription '{entityPath}'.", nameof(entityPath));
    }
}

/// <summary>A message that was looked at.</summary>
/// <param name="DeliveryCount">Failed deliveries so far.</param>
public sealed record PeekedMessage(
    long SequenceNumber,
    string MessageId,
    string? SessionId,
    string? Subject,
    string? ContentType,
    string? CorrelationId,
    BinaryData Body,
    int DeliveryCount,
    IReadOnlyDictionary<string, object?> ApplicationProperties)
{
    internal static PeekedMessage From(BusMessage kept, string path)
    {
        var message = BusPayload.ForReceiver<Message>(kept, path, null);
        return new(
            kept.Sequence,
            $"{message.Properties.GetMessageId()}",
            message.Properties.GroupId,
            message.Properties.Subject,
            message.Properties.ContentType,
            message.Properties.GetCorrelationId()?.ToString(),
            BusPayload.Body(message),
            kept.Failures,
            BusPayload.ReadChanges(message.ApplicationProperties?.Map));
    }
}
