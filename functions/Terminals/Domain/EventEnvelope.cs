using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>Opens CloudEvents 1.0 in their JSON form. The payment is an object in <c>data</c>, or its text there, or
/// the bytes of its text in <c>data_base64</c>. Source: CloudEvents 1.0, JSON Event Format. Attributes that nobody
/// knows are left out.</summary>
public static class EventEnvelope
{
    private const string Version = "1.0";
    private const string Data = "data";
    private const string Bytes = "data_base64";
    private const int AttributeMax = 2048;
    private const string NoPayment =
        "A CloudEvent must carry the payment: as an object, as its text, or in data_base64.";

    /// <summary>True for what says of itself that it is a CloudEvent.</summary>
    public static bool Is(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("specversion", out _);

    /// <summary>The payment's object in an event. Fails with: invalid.</summary>
    public static Result<JsonElement> Open(JsonElement root)
    {
        if (!JsonFields.Of(root).Try(out var fields, out var error)) return error;
        TerminalMessage.Tolerate(fields, root);
        if (fields.Text("specversion", AttributeMax, required: true) is { } version && version != Version)
            fields.Refuse("specversion", $"It must be {Version}.");
        fields.Text("id", AttributeMax, required: true);
        fields.Text("source", AttributeMax, required: true);
        var type = fields.Text("type", AttributeMax, required: true);
        var time = fields.Instant("time");
        if (fields.Text("datacontenttype", AttributeMax) is { } content && !IsJson(content))
            fields.Refuse("datacontenttype", "It must be JSON, such as application/json.");
        var data = DataOf(root);
        if (fields.Has(Data) && fields.Has(Bytes)) fields.Refuse(Bytes, "It must not be there beside data.");
        else if (data is not { ValueKind: JsonValueKind.Object })
            fields.Refuse(fields.Has(Bytes) ? Bytes : Data, NoPayment);
        else Compare(fields, type, time, data.Value);
        return fields.Finish(() => data!.Value);
    }

    /// <summary>What an event carries, as JSON; null when that cannot be read.</summary>
    public static JsonElement? DataOf(JsonElement root)
    {
        if (root.TryGetProperty(Data, out var data) && data.ValueKind != JsonValueKind.Null)
            return data.ValueKind == JsonValueKind.String ? Parse(TextOf(data)) : data;
        return Parse(Decoded(root));
    }

    /// <summary>A message whose content can be read and searched: what was in <c>data_base64</c> is text in
    /// <c>data</c>, or in its own place when there is something in <c>data</c> as well. Anything else stays the very
    /// same text.</summary>
    public static string Readable(string message)
    {
        if (!Requests.Parse(Encoding.UTF8.GetBytes(message)).Try(out var root, out _) || !Is(root)
            || Decoded(root) is not { } text) return message;
        using var readable = new MemoryStream();
        using (var writer = new Utf8JsonWriter(readable, new JsonWriterOptions { Encoder = Json.Options.Encoder }))
        {
            writer.WriteStartObject();
            foreach (var member in root.EnumerateObject().Where(m => m.Name != Bytes))
            {
                writer.WritePropertyName(member.Name);
                writer.WriteRawValue(member.Value.GetRawText());
            }

            writer.WriteString(root.TryGetProperty(Data, out _) ? Bytes : Data, text);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(readable.ToArray());
    }

    /// <summary>A text of an event, or null when it is none.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: valid JSON, but no text.
            return null;
        }
    }

    // The envelope may say the same again, but nothing else. Its time may be the one of sending, which comes later.
    private static void Compare(JsonFields fields, string? type, DateTimeOffset? time, JsonElement data)
    {
        var named = TerminalMessage.Types.Keys.FirstOrDefault(
            t => type == t || type?.EndsWith($".{t}", StringComparison.Ordinal) == true);
        if (named is not null && Member(data, "type") is { } said && said != named)
            fields.Refuse("type", "It contradicts the type in the data.");
        if (time is { } sent && Instants.TryParse(Member(data, "occurredAt"), out var occurredAt)
            && sent < occurredAt.WholeSecond())
            fields.Refuse("time", "It lies before occurredAt in the data.");
    }

    private static bool IsJson(string contentType)
    {
        var media = contentType.Split(';')[0].Trim().ToLowerInvariant();
        return media is "application/json" or "text/json" || media.EndsWith("+json", StringComparison.Ordinal);
    }

    private static string? Member(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) ? TextOf(value) : null;

    private static string? Decoded(JsonElement root)
    {
        if (!root.TryGetProperty(Bytes, out var value) || TextOf(value) is not { } encoded
            || !Base64.IsValid(encoded)) return null;
        return Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
    }

    private static JsonElement? Parse(string? text) =>
        text is not null && Requests.Parse(Encoding.UTF8.GetBytes(text)).Try(out var json, out _) ? json : null;
}
