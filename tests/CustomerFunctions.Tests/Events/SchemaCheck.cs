using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Tests.Events;

/// <summary>Holds JSON against the part of JSON Schema 2020-12 that the catalogue uses; a keyword that it does not know
/// fails, and so does a property that the schema does not name.</summary>
internal static class SchemaCheck
{
    private static readonly string[] Words = ["$schema", "title", "description"];

    /// <summary>Everything that is wrong, by pointer; empty when nothing is.</summary>
    public static List<string> Faults(JsonNode schema, JsonNode? json)
    {
        var faults = new List<string>();
        Check(schema, json, "", faults);
        return faults;
    }

    private static void Check(JsonNode schema, JsonNode? json, string at, List<string> faults)
    {
        foreach (var (keyword, value) in schema.AsObject())
        {
            var fault = keyword switch
            {
                "type" => Types(value!).Any(t => IsOf(t, json)) ? null : $"is not {value!.ToJsonString()}",
                "enum" => value!.AsArray().Any(v => JsonNode.DeepEquals(v, json)) ? null : "is none of the words",
                "const" => JsonNode.DeepEquals(value, json) ? null : $"is not {value!.ToJsonString()}",
                "format" => IsFormatted(value!.GetValue<string>(), json) ? null : $"is no {value}",
                "required" => Missing(value!, json) is { } name ? $"lacks {name}" : null,
                "properties" or "additionalProperties" or "items" => null,
                _ => Words.Contains(keyword) ? null : $"meets the unknown keyword {keyword}",
            };
            if (fault is not null) faults.Add($"{at} {fault}");
        }

        if (json is JsonArray items)
            for (var i = 0; i < items.Count; i++) Check(schema["items"]!, items[i], $"{at}/{i}", faults);
        if (json is not JsonObject members) return;
        foreach (var (name, value) in members)
            if ((schema["properties"]?[name] ?? schema["additionalProperties"]) is { } inner)
                Check(inner, value, $"{at}/{name}", faults);
            else faults.Add($"{at}/{name} is not in the schema");
    }

    private static IEnumerable<string> Types(JsonNode type) =>
        type is JsonArray many ? many.Select(t => t!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool IsOf(string type, JsonNode? json) => (type, json?.GetValueKind()) switch
    {
        ("null", null) => true,
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => json!.GetValue<decimal>() % 1 == 0,
        _ => false,
    };

    // A format says something of texts only.
    private static bool IsFormatted(string format, JsonNode? json) => json?.GetValueKind() != JsonValueKind.String
        || (format == "date-time" && Instants.TryParse(json.GetValue<string>(), out _));

    private static string? Missing(JsonNode required, JsonNode? json) => json is not JsonObject members ? null
        : required.AsArray().Select(n => n!.GetValue<string>()).FirstOrDefault(n => !members.ContainsKey(n));
}
