using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>JSON merge patch. Source: RFC 7396.</summary>
public static class MergePatch
{
    /// <summary>The document after the patch: members of objects are set, null removes them, all else
    /// replaces.</summary>
    public static JsonNode? Apply(JsonNode? document, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object) return JsonSerializer.SerializeToNode(patch);
        var result = document as JsonObject ?? [];
        foreach (var member in patch.EnumerateObject())
        {
            var before = result[member.Name];
            result.Remove(member.Name);
            if (member.Value.ValueKind != JsonValueKind.Null) result[member.Name] = Apply(before, member.Value);
        }

        return result;
    }
}
