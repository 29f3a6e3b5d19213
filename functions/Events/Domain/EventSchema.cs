using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Events.Domain;

/// <summary>What an event looks like, as JSON Schema 2020-12 of the whole CloudEvent. Made from the record that is
/// written, by the options that write it, so that the two cannot part.</summary>
public static class EventSchema
{
    private static readonly JsonSchemaExporterOptions Exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Correct,
    };

    /// <summary>The schema of a type of event.</summary>
    public static JsonObject Of(CatalogEntry type)
    {
        var properties = new JsonObject
        {
            ["specversion"] = new JsonObject { ["const"] = CloudEvent.SpecVersion },
            ["id"] = Typed("string"),
            ["source"] = Typed("string"),
            ["type"] = new JsonObject { ["const"] = CloudEvent.TypePrefix + type.Name },
            ["subject"] = Typed("string"),
            ["time"] = Typed("string", "date-time"),
            ["datacontenttype"] = new JsonObject { ["const"] = CloudEvent.DataContentType },
            ["sequence"] = Typed("integer"),
            ["causedby"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
            ["data"] = Json.Options.GetJsonSchemaAsNode(type.Data, Exporter),
        };
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = CloudEvent.TypePrefix + type.Name,
            ["description"] = type.Description,
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = NamesOf(properties),
        };
    }

    /// <summary>The exporter knows what its own converters write, and nothing of ours; and it asks only for what a
    /// reader would need, while we write every property, null or not.</summary>
    private static JsonNode Correct(JsonSchemaExporterContext context, JsonNode schema)
    {
        var written = context.TypeInfo.Type;
        var bare = Nullable.GetUnderlyingType(written) ?? written;
        if (WrittenAs(bare) is { } known)
        {
            if (bare != written) known["type"] = new JsonArray(known["type"]!.GetValue<string>(), "null");
            return known;
        }

        if (schema is not JsonObject node)
            throw new InvalidOperationException($"Say by [WrittenAs] how {bare.Name} is written.");
        if (node["properties"] is JsonObject properties) node["required"] = NamesOf(properties);
        return node;
    }

    private static JsonObject? WrittenAs(Type type) =>
        type == typeof(DateTimeOffset) ? Typed("string", "date-time")
        : Attribute.GetCustomAttribute(type, typeof(WrittenAsAttribute)) is WrittenAsAttribute of ? Typed(of.JsonType)
        : null;

    private static JsonObject Typed(string type, string? format = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (format is not null) schema["format"] = format;
        return schema;
    }

    private static JsonArray NamesOf(JsonObject properties) => [.. properties.Select(p => (JsonNode?)p.Key)];
}
