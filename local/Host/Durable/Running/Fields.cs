using System.Text.Json;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>Top-level scalar fields of an activity's input, which the real host shows as binding data.</summary>
internal static class Fields
{
    public static void AddTo(Dictionary<string, object?> data, string? json)
    {
        if (json is null || !json.StartsWith('{')) return;
        using var document = JsonDocument.Parse(json);
        foreach (var field in document.RootElement.EnumerateObject())
        {
            if (field.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) continue;
            data.TryAdd(field.Name, field.Value.ValueKind == JsonValueKind.Null ? null : field.Value.ToString());
        }
    }
}
