using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Azure.Messaging.ServiceBus;

namespace CustomerFunctions.Local.Worker;

/// <summary>Messages as Service Bus writes them in AMQP 1.0.
/// Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide</summary>
public static class AmqpMessages
{
    /// <summary>The message format of a transfer that carries several messages as data sections.</summary>
    public const uint BatchFormat = 0x80013700;

    private static readonly Symbol ScheduledAt = new("x-opt-scheduled-enqueue-time");
    private static readonly Symbol PartitionKey = new("x-opt-partition-key");

    /// <summary>The AMQP form of a message to send.</summary>
    public static Message From(ServiceBusMessage message)
    {
        var amqp = new Message
        {
            BodySection = new Data { Binary = message.Body.ToArray() },
            Properties = PropertiesOf(message),
            ApplicationProperties = ApplicationPropertiesOf(message.ApplicationProperties),
            MessageAnnotations = AnnotationsOf(message),
        };
        if (message.TimeToLive < TimeSpan.FromMilliseconds(uint.MaxValue))
            amqp.Header = new Header { Ttl = (uint)message.TimeToLive.TotalMilliseconds };
        return amqp;
    }

    /// <summary>The bytes of a message's sections.</summary>
    public static byte[] Encode(Message message)
    {
        var buffer = message.Encode();
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }

    /// <summary>A message from the bytes of its sections.</summary>
    public static Message Decode(ReadOnlyMemory<byte> bytes)
    {
        var copy = bytes.ToArray();
        return Message.Decode(new ByteBuffer(copy, 0, copy.Length, copy.Length));
    }

    /// <summary>Several messages as one transfer.</summary>
    public static Message Batch(IReadOnlyList<byte[]> encoded)
    {
        var list = new DataList();
        foreach (var bytes in encoded) list.Add(new Data { Binary = bytes });
        return new Message { BodySection = list, Format = BatchFormat };
    }

    private static Properties PropertiesOf(ServiceBusMessage message)
    {
        var properties = new Properties();
        if (message.MessageId is not null) properties.MessageId = message.MessageId;
        if (message.CorrelationId is not null) properties.CorrelationId = message.CorrelationId;
        if (message.ContentType is not null) properties.ContentType = message.ContentType;
        if (message.Subject is not null) properties.Subject = message.Subject;
        if (message.SessionId is not null) properties.GroupId = message.SessionId;
        if (message.To is not null) properties.To = message.To;
        if (message.ReplyTo is not null) properties.ReplyTo = message.ReplyTo;
        return properties;
    }

    private static ApplicationProperties? ApplicationPropertiesOf(IDictionary<string, object> values)
    {
        if (values.Count == 0) return null;
        var properties = new ApplicationProperties();
        foreach (var (key, value) in values) properties[key] = Wire(value);
        return properties;
    }

    private static MessageAnnotations? AnnotationsOf(ServiceBusMessage message)
    {
        var annotations = new MessageAnnotations();
        if (message.ScheduledEnqueueTime != default)
            annotations[ScheduledAt] = message.ScheduledEnqueueTime.UtcDateTime;
        if (message.PartitionKey is not null) annotations[PartitionKey] = message.PartitionKey;
        return annotations.Map.Count == 0 ? null : annotations;
    }

    private static object? Wire(object? value) => value switch
    {
        // The service's own described types; AMQP has no such primitives.
        DateTimeOffset at => new DescribedValue(new Symbol("com.microsoft:datetime-offset"), at.UtcTicks),
        TimeSpan span => new DescribedValue(new Symbol("com.microsoft:timespan"), span.Ticks),
        Uri uri => new DescribedValue(new Symbol("com.microsoft:uri"), uri.OriginalString),
        _ => value,
    };
}
