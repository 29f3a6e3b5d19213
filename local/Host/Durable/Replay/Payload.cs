using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <summary>A serialized input, result or event. Large ones lie in a blob and are read ahead.</summary>
/// <param name="Text">JSON; null when only the blob's name is known yet.</param>
/// <param name="Blob">Name of the blob that holds the text, or null while it lies inline.</param>
[JsonConverter(typeof(PayloadConverter))]
internal sealed record Payload(string? Text, string? Blob = null)
{
    /// <summary>Longest text (characters) that stays inline: half of what a table property holds.</summary>
    public const int InlineMax = 30_000;

    /// <summary>Most that one call carries, in characters of JSON (the real host: 4 MB of gRPC).</summary>
    public const int TextMax = 4 * 1024 * 1024;

    /// <summary>Null stays null: no payload at all.</summary>
    public static Payload? Of(string? text) => text is null ? null : new(text);
}

/// <summary>Writes inline text as a string and a blob as an object, so that history never holds both.</summary>
internal sealed class PayloadConverter : JsonConverter<Payload>
{
    public override Payload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return new Payload(reader.GetString());
        reader.Read();
        reader.Read();
        var blob = reader.GetString();
        reader.Read();
        return new Payload(null, blob);
    }

    public override void Write(Utf8JsonWriter writer, Payload value, JsonSerializerOptions options)
    {
        if (value.Blob is null)
        {
            writer.WriteStringValue(value.Text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("blob", value.Blob);
        writer.WriteEndObject();
    }
}
