using System.Globalization;
using System.Text.Json;
using Amqp;
using Amqp.Types;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>What a Service Bus function finds in its binding data. Texts are as they are; all else is JSON text,
/// which is how the real host hands it to an isolated worker.</summary>
internal static class TriggerBindingData
{
    public static IReadOnlyDictionary<string, object?> From(TriggerMessage trigger)
    {
        var message = trigger.Message;
        var properties = message.Properties ?? new();
        var enqueued = Time(message, "x-opt-enqueued-time");
        var expires = enqueued + Lifetime(message);
        var application = JsonSerializer.Serialize(BusPayload.ReadChanges(message.ApplicationProperties?.Map));
        return new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["MessageId"] = $"{properties.GetMessageId()}",
            ["CorrelationId"] = properties.GetCorrelationId()?.ToString(),
            ["ContentType"] = (string?)properties.ContentType,
            ["Subject"] = properties.Subject,
            ["Label"] = properties.Subject,
            ["SessionId"] = properties.GroupId,
            ["ReplyTo"] = properties.ReplyTo,
            ["ReplyToSessionId"] = properties.ReplyToGroupId,
            ["To"] = properties.To,
            ["PartitionKey"] = Annotation(message, "x-opt-partition-key") as string,
            ["LockToken"] = trigger.LockToken.ToString(),
            ["DeliveryCount"] = DeliveryCount(message).ToString(CultureInfo.InvariantCulture),
            ["SequenceNumber"] = $"{Annotation(message, "x-opt-sequence-number")}",
            ["EnqueuedTimeUtc"] = Json(enqueued.UtcDateTime),
            ["EnqueuedTime"] = Json(enqueued),
            ["ExpiresAtUtc"] = Json(expires.UtcDateTime),
            ["ExpiresAt"] = Json(expires),
            ["DeadLetterSource"] = Annotation(message, "x-opt-deadletter-source") as string,
            ["ApplicationProperties"] = application,
            ["UserProperties"] = application,
        };
    }

    // The wire counts failed deliveries, functions see this one too.
    private static uint DeliveryCount(Message message) => (message.Header?.DeliveryCount ?? 0) + 1;

    private static TimeSpan Lifetime(Message message) =>
        message.Header is { Ttl: > 0 } header ? TimeSpan.FromMilliseconds(header.Ttl) : TimeSpan.Zero;

    private static object? Annotation(Message message, string name) => message.MessageAnnotations?[new Symbol(name)];

    private static DateTimeOffset Time(Message message, string name) => Annotation(message, name) is DateTime at
        ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))
        : default;

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);
}
