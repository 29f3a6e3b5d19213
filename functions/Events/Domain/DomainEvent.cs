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
public sealed class DomainEvent
{
    private DomainEvent(CatalogEntry type, object data, DateTimeOffset at, string? causedBy)
    {
        Type = type;
        Data = data;
        At = at;
        CausedBy = causedBy;
    }

    /// <summary>What sort of event it is.</summary>
    public CatalogEntry Type { get; }

    /// <summary>What there is to say, without personal data: consumers ask for the rest with their key.</summary>
    public object Data { get; }

    /// <summary>When it counts from.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Id of the change or intent that caused it, the same on all events of one cause.</summary>
    public string? CausedBy { get; }

    /// <summary>The event that a record tells, which carries an <see cref="EventTypeAttribute"/>. Throws for one that
    /// has none: nothing is published that the catalogue does not list.</summary>
    public static DomainEvent Of(object data, DateTimeOffset at, string? causedBy = null) =>
        new(EventCatalog.Of(data.GetType()), data, at, causedBy);
}

/// <summary>Events as CloudEvents 1.0 in JSON.</summary>
public static class CloudEvent
{
    /// <summary>The content type of one event.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>The version of CloudEvents.</summary>
    public const string SpecVersion = "1.0";

    /// <summary>The content type of <c>data</c>.</summary>
    public const string DataContentType = "application/json";

    /// <summary>Begins every type, so that names cannot meet those of other systems.</summary>
    public const string TypePrefix = "customerfunctions.";

    /// <summary>The event's id: the same however often it is sent, so that consumers can drop repeats.</summary>
    public static string IdOf(Aggregate aggregate, long sequence) => IdOf(aggregate.ToString(), sequence);

    /// <summary>The id of an event by its subject.</summary>
    public static string IdOf(string subject, long sequence) => Hash.Hex(subject, $"{sequence}")[..32];

    /// <summary>The source of an environment's events.</summary>
    public static string SourceOf(string environment) => $"/customerfunctions/{environment}";

    /// <summary>One event, with its gapless place in its aggregate's order.</summary>
    public static string Write(string environment, Aggregate aggregate, long sequence, DomainEvent e)
    {
        if (e.Type.Aggregate != aggregate.Kind)
            throw new InvalidOperationException($"{e.Type.Name} is told by no {aggregate.Kind}.");
        return new JsonObject
        {
            ["specversion"] = SpecVersion,
            ["id"] = IdOf(aggregate, sequence),
            ["source"] = SourceOf(environment),
            ["type"] = TypePrefix + e.Type.Name,
            ["subject"] = aggregate.ToString(),
            ["time"] = JsonSerializer(e.At),
            ["datacontenttype"] = DataContentType,
            ["sequence"] = sequence,
            ["causedby"] = e.CausedBy,
            ["data"] = JsonSerializer(e.Data),
        }.ToJsonString(Json.Options);
    }

    private static JsonNode? JsonSerializer(object value) =>
        System.Text.Json.JsonSerializer.SerializeToNode(value, value.GetType(), Json.Options);
}
