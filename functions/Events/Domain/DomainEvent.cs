using System.Text.Json.Nodes;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Events.Domain;

/// <summary>What an event is about. Events of one aggregate keep their order.</summary>
/// <param name="Kind"><c>profile</c>, <c>wallet</c>, <c>card</c>, <c>session</c>, <c>payment</c>, <c>import</c>
/// or <c>export</c>.</param>
/// <param name="Id">Its own key, never personal data.</param>
public readonly record struct Aggregate(string Kind, string Id)
{
    /// <summary><c>wallet/live|stars|0198…</c>: session id of the message and subject of the event.</summary>
    public override string ToString() => $"{Kind}/{Id}";
}

/// <summary>Something that happened, as other systems learn of it.</summary>
/// <param name="Type">Dotted name: <c>points.added</c>.</param>
/// <param name="At">When it counts from.</param>
/// <param name="Data">What there is to say, without personal data: consumers ask for the rest with their key.</param>
/// <param name="CausedBy">Id of the change or intent that caused it, the same on all events of one cause.</param>
public sealed record DomainEvent(string Type, DateTimeOffset At, object Data, string? CausedBy = null);

/// <summary>Events as CloudEvents 1.0 in JSON.</summary>
public static class CloudEvent
{
    /// <summary>The content type of one event.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>Begins every type, so that names cannot meet those of other systems.</summary>
    public const string TypePrefix = "customerfunctions.";

    /// <summary>The event's id: the same however often it is sent, so that consumers can drop repeats.</summary>
    public static string IdOf(Aggregate aggregate, long sequence) =>
        Hash.Hex(aggregate.ToString(), $"{sequence}")[..32];

    /// <summary>One event, with its gapless place in its aggregate's order.</summary>
    public static string Write(string environment, Aggregate aggregate, long sequence, DomainEvent e) => new JsonObject
    {
        ["specversion"] = "1.0",
        ["id"] = IdOf(aggregate, sequence),
        ["source"] = $"/customerfunctions/{environment}",
        ["type"] = TypePrefix + e.Type,
        ["subject"] = aggregate.ToString(),
        ["time"] = JsonSerializer(e.At),
        ["datacontenttype"] = "application/json",
        ["sequence"] = sequence,
        ["causedby"] = e.CausedBy,
        ["data"] = JsonSerializer(e.Data),
    }.ToJsonString(Json.Options);

    private static JsonNode? JsonSerializer(object value) =>
        System.Text.Json.JsonSerializer.SerializeToNode(value, value.GetType(), Json.Options);
}
