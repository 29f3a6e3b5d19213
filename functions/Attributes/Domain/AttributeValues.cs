using System.Globalization;
using System.Text.Json;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Attributes.Domain;

/// <summary>Which JSON values are of which type.</summary>
public static class AttributeValues
{
    /// <summary>True for lists.</summary>
    public static bool IsList(AttributeType type) => type >= AttributeType.StringList;

    /// <summary>The type of a list's items; any other type as it is.</summary>
    public static AttributeType ItemOf(AttributeType type) =>
        IsList(type) ? type - AttributeType.StringList + AttributeType.String : type;

    /// <summary>A list's items; any other value as the only one.</summary>
    public static IEnumerable<JsonElement> ItemsOf(AttributeType type, JsonElement value) =>
        IsList(type) ? value.EnumerateArray() : [value];

    /// <summary>Null when the value is of the type, else what is wrong with it.</summary>
    public static string? Fault(AttributeType type, JsonElement value)
    {
        if (!IsList(type)) return ItemFault(type, value);
        if (value.ValueKind != JsonValueKind.Array) return "It must be a list.";
        return value.EnumerateArray().Select(item => ItemFault(ItemOf(type), item)).FirstOrDefault(f => f is not null)
            is { } fault ? $"Each item: {fault}" : null;
    }

    /// <summary>Null when the value is of the type, which is not a list, else what is wrong with it.</summary>
    public static string? ItemFault(AttributeType type, JsonElement value) => type switch
    {
        AttributeType.String => value.ValueKind == JsonValueKind.String ? null : "It must be a text.",
        AttributeType.Number => IsNumber(value) ? null : "It must be a number.",
        AttributeType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? null
            : "It must be true or false.",
        AttributeType.Time => value.ValueKind == JsonValueKind.String && Instants.TryParse(value.GetString(), out _)
            ? null
            : Instants.Expected,
        AttributeType.Location => IsLocation(value)
            ? null
            : "It must be a location such as {\"lat\": 51.5, \"lon\": -0.1}.",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A list is no item."),
    };

    /// <summary>The value that a cell of a file stands for: lists are parted by semicolons, a location is
    /// <c>51.5, -0.1</c>. A cell that is nothing of the type is given back as a text, which will be refused.</summary>
    public static JsonElement FromText(AttributeType type, string text) => IsList(type)
        ? JsonSerializer.SerializeToElement(text.Split(';', StringSplitOptions.TrimEntries
            | StringSplitOptions.RemoveEmptyEntries).Select(part => FromText(ItemOf(type), part)))
        : type switch
        {
            AttributeType.Number when decimal.TryParse(
                text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number) => JsonSerializer.SerializeToElement(number),
            AttributeType.Boolean when FlagOf(text) is { } flag => JsonSerializer.SerializeToElement(flag),
            AttributeType.Location when LocationOf(text) is { } location => location,
            _ => JsonSerializer.SerializeToElement(text),
        };

    private static bool IsNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number) && double.IsFinite(number);

    private static bool IsLocation(JsonElement value) => value.ValueKind == JsonValueKind.Object
        && value.GetPropertyCount() == 2 && IsWithin(value, "lat", 90) && IsWithin(value, "lon", 180);

    private static bool IsWithin(JsonElement value, string name, double max) =>
        value.TryGetProperty(name, out var member) && IsNumber(member) && Math.Abs(member.GetDouble()) <= max;

    private static bool? FlagOf(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "y" or "1" => true,
        "false" or "no" or "n" or "0" => false,
        _ => null,
    };

    private static JsonElement? LocationOf(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length == 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var lat)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var lon)
            && double.IsFinite(lat) && double.IsFinite(lon)
            ? JsonSerializer.SerializeToElement(new { lat, lon })
            : null;
    }
}
