using System.Collections.Immutable;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using CustomerFunctions.Local.Worker;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Between AMQP messages and what the broker keeps.
/// Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide</summary>
internal static class BusPayload
{
    private static readonly Symbol ScheduledKey = new("x-opt-scheduled-enqueue-time");
    private static readonly Symbol SequenceKey = new("x-opt-sequence-number");
    private static readonly Symbol EnqueuedKey = new("x-opt-enqueued-time");
    private static readonly Symbol LockedKey = new("x-opt-locked-until");
    private static readonly Symbol StateKey = new("x-opt-message-state");
    private static readonly Symbol DeadSourceKey = new("x-opt-deadletter-source");

    /// <summary>The messages that one transfer carries: itself, or each section of a batch.</summary>
    public static IReadOnlyList<Message> Unbatch(Message transfer)
    {
        if (transfer.Format != AmqpMessages.BatchFormat) return [transfer];
        return transfer.Body switch
        {
            byte[] one => [AmqpMessages.Decode(one)],
            Data[] many => [.. many.Select(d => AmqpMessages.Decode(d.Binary))],
            _ => throw new AmqpException(ErrorCode.DecodeError, "A batch must be data sections."),
        };
    }

    /// <summary>When the sender wants the message to be seen; null for at once.</summary>
    public static DateTimeOffset? ScheduledAt(Message message) =>
        message.MessageAnnotations?[ScheduledKey] is DateTime at
            ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))
            : null;

    /// <summary>The bytes to keep: without what belonged to the transfer, and never without a message id.</summary>
    public static byte[] Encode(Message message)
    {
        message.DeliveryAnnotations = null;
        message.Properties ??= new Properties();
        if (message.Properties.GetMessageId() is null) message.Properties.MessageId = Guid.NewGuid().ToString("N");
        return AmqpMessages.Encode(message);
    }

    /// <summary>The message as a receiver gets it.</summary>
    public static TMessage ForReceiver<TMessage>(BusMessage kept, string path, DateTimeOffset? lockedUntil)
        where TMessage : Message, new()
    {
        var stored = AmqpMessages.Decode(kept.Payload);
        var message = new TMessage
        {
            Header = stored.Header ?? new Header(),
            MessageAnnotations = stored.MessageAnnotations ?? new MessageAnnotations(),
            Properties = stored.Properties,
            ApplicationProperties = stored.ApplicationProperties,
            BodySection = stored.BodySection,
            Footer = stored.Footer,
        };
        message.Header.DeliveryCount = (uint)kept.Failures;
        Annotate(message.MessageAnnotations, kept, path, lockedUntil);
        if (kept.Overlay.Count > 0) message.ApplicationProperties ??= new ApplicationProperties();
        foreach (var (key, value) in kept.Overlay) message.ApplicationProperties[key] = value;
        return message;
    }

    /// <summary>Changed application properties as bytes; values keep their AMQP types.</summary>
    public static byte[] EncodeOverlay(ImmutableDictionary<string, object?> overlay)
    {
        var properties = new ApplicationProperties();
        foreach (var (key, value) in overlay) properties[key] = value;
        return AmqpMessages.Encode(new Message { ApplicationProperties = properties });
    }

    public static ImmutableDictionary<string, object?> DecodeOverlay(byte[]? bytes)
    {
        if (bytes is null) return ImmutableDictionary<string, object?>.Empty;
        var properties = AmqpMessages.Decode(bytes).ApplicationProperties.Map;
        return properties.ToImmutableDictionary(p => (string)p.Key, p => (object?)p.Value);
    }

    /// <summary>Properties of a disposition or request, whatever their keys were sent as.</summary>
    public static ImmutableDictionary<string, object?> ReadChanges(Map? map) =>
        map is null
            ? ImmutableDictionary<string, object?>.Empty
            : map.ToImmutableDictionary(p => p.Key.ToString()!, p => (object?)p.Value);

    /// <summary>A message's body: data as it is, a value as its text or JSON, as the real clients write it.</summary>
    public static BinaryData Body(Message message) => message.Body switch
    {
        null => new BinaryData(Array.Empty<byte>()),
        byte[] bytes => new BinaryData(bytes),
        Data[] sections => new BinaryData(sections.SelectMany(s => s.Binary).ToArray()),
        string text => new BinaryData(text),
        var value => new BinaryData(System.Text.Json.JsonSerializer.Serialize(value)),
    };

    private static void Annotate(
        MessageAnnotations annotations, BusMessage kept, string path, DateTimeOffset? lockedUntil)
    {
        annotations[SequenceKey] = kept.Sequence;
        annotations[EnqueuedKey] = kept.EnqueuedAt.UtcDateTime;
        if (lockedUntil is { } until) annotations[LockedKey] = until.UtcDateTime;
        if (kept.IsDeferred) annotations[StateKey] = 1;
        else if (kept.ScheduledAt is not null) annotations[StateKey] = 2;
        if (path.EndsWith(BusPaths.DeadSuffix, StringComparison.OrdinalIgnoreCase))
            annotations[DeadSourceKey] = path[..^BusPaths.DeadSuffix.Length];
    }
}

/// <summary>Addresses of entities.</summary>
internal static class BusPaths
{
    public const string DeadSuffix = "/$deadletterqueue";
    public const string ManagementSuffix = "/$management";

    /// <summary>The form under which entities are known: no scheme, no host, no outer slashes, lower case.</summary>
    public static string Normalise(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var slash = address.IndexOf('/', scheme + 3);
            address = slash < 0 ? "" : address[slash..];
        }

        return address.Trim('/').ToLowerInvariant();
    }

    public static string Subscription(string topic, string subscription) =>
        Normalise($"{topic}/subscriptions/{subscription}");
}
