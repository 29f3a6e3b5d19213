using System.ComponentModel;
using System.Globalization;
using System.Text.Json;

namespace CustomerFunctions.Local.Host.Functions;

/// <summary>Turns what a trigger delivers into what a parameter wants.</summary>
internal static class ValueConversion
{
    /// <summary>The value as the given type.</summary>
    /// <exception cref="FormatException">A text does not read as that type.</exception>
    /// <exception cref="JsonException">A text is not JSON of that type.</exception>
    public static object? To(Type type, object? value, JsonSerializerOptions json) => value switch
    {
        null => type.IsValueType ? Activator.CreateInstance(type) : null,
        _ when type.IsInstanceOfType(value) => value,
        Stream stream => FromBytes(type, ReadToEnd(stream), json),
        BinaryData data => FromBytes(type, data.ToArray(), json),
        byte[] bytes => FromBytes(type, bytes, json),
        string text => FromText(type, text, json),
        _ => FromText(type, JsonSerializer.Serialize(value, json), json),
    };

    private static object? FromBytes(Type type, byte[] bytes, JsonSerializerOptions json)
    {
        if (type == typeof(byte[])) return bytes;
        if (type == typeof(BinaryData)) return new BinaryData(bytes);
        if (type == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemory<byte>(bytes);
        return type.IsAssignableFrom(typeof(MemoryStream))
            ? new MemoryStream(bytes, writable: false)
            : FromText(type, new BinaryData(bytes).ToString(), json);
    }

    private static object? FromText(Type type, string text, JsonSerializerOptions json)
    {
        if (type == typeof(string) || type == typeof(object)) return text;
        if (type == typeof(BinaryData)) return new BinaryData(text);
        if (type == typeof(byte[])) return new BinaryData(text).ToArray();
        if (type.IsAssignableFrom(typeof(MemoryStream))) return new BinaryData(text).ToStream();
        return IsScalar(type) ? ScalarFrom(type, text) : JsonSerializer.Deserialize(text, type, json);
    }

    private static bool IsScalar(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare.IsPrimitive || bare.IsEnum || bare == typeof(decimal) || bare == typeof(Guid)
            || bare == typeof(DateTime) || bare == typeof(DateTimeOffset) || bare == typeof(DateOnly)
            || bare == typeof(TimeOnly) || bare == typeof(TimeSpan) || bare == typeof(Uri);
    }

    private static object? ScalarFrom(Type type, string text)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            return TypeDescriptor.GetConverter(bare).ConvertFromString(null, CultureInfo.InvariantCulture, text);
        }
        catch (ArgumentException notOfThatType)
        {
            throw new FormatException($"'{text}' does not read as {bare.Name}.", notOfThatType);
        }
    }

    private static byte[] ReadToEnd(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
