using System.Text.Json;
using System.Text.Unicode;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Shared.Http;

/// <summary>What every HTTP function reads from a request in the same way.</summary>
public static class Requests
{
    /// <summary>Largest JSON body in bytes; our own limit, far under the worker's 30 MB.</summary>
    public const int BodyBytesMax = 1024 * 1024;

    /// <summary>Deepest nesting of a JSON body.</summary>
    public const int DepthMax = 32;

    /// <summary>The header that names a change.</summary>
    public const string IdempotencyKeyHeader = "Idempotency-Key";

    /// <summary>Longest Idempotency-Key, as Stripe and Talon.One have it.</summary>
    public const int IdempotencyKeyLengthMax = 255;

    private static readonly object KeyUse = new();

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = DepthMax,
        AllowDuplicateProperties = false,
    };

    /// <summary>The body as a JSON object, with all its faults gathered on the way.
    /// Fails with: invalid, body-too-large.</summary>
    public static async Task<Result<JsonFields>> ReadFieldsAsync(this HttpRequest request, CancellationToken cancel)
    {
        var json = await request.ReadJsonAsync(cancel);
        return json.Then(JsonFields.Of);
    }

    /// <summary>The body as JSON. Fails with: invalid, body-too-large.</summary>
    public static async Task<Result<JsonElement>> ReadJsonAsync(this HttpRequest request, CancellationToken cancel)
    {
        var body = await request.ReadBodyAsync(BodyBytesMax, cancel);
        return body.Then(Parse);
    }

    /// <summary>The body as JSON; no body stands for an empty object. Fails with: invalid, body-too-large.</summary>
    public static async Task<Result<JsonElement>> ReadJsonOrEmptyAsync(
        this HttpRequest request, CancellationToken cancel)
    {
        var body = await request.ReadBodyAsync(BodyBytesMax, cancel);
        return body.Then(bytes => Parse(bytes.IsEmpty ? "{}"u8.ToArray() : bytes));
    }

    /// <summary>No body, or an object without members. Fails with: invalid.</summary>
    public static async Task<Result<bool>> ReadNothingAsync(this HttpRequest request, CancellationToken cancel) =>
        (await request.ReadJsonOrEmptyAsync(cancel)).Then(JsonFields.Of).Then(body => body.Finish(() => true));

    /// <summary>JSON from bytes: well formed, not deep, no name twice. Fails with: invalid.</summary>
    public static Result<JsonElement> Parse(ReadOnlyMemory<byte> utf8)
    {
        // The reader looks at the bytes of a text only when that text is asked for.
        if (!Utf8.IsValid(utf8.Span)) return Error.Invalid("", "The body must be UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // InvalidOperation and Argument: names with half a surrogate pair, which JSON can spell but text cannot.
            return Error.Invalid("",
                "The body must be well-formed JSON without repeated names, at most 32 levels deep.");
        }
    }

    /// <summary>The body's bytes. Fails with: body-too-large.</summary>
    public static async Task<Result<ReadOnlyMemory<byte>>> ReadBodyAsync(
        this HttpRequest request, int bytesMax, CancellationToken cancel)
    {
        if (request.ContentLength > bytesMax) return TooLarge(bytesMax);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancel)) > 0)
        {
            if (buffer.Length + read > bytesMax) return TooLarge(bytesMax);
            buffer.Write(chunk, 0, read);
        }

        return (ReadOnlyMemory<byte>)buffer.ToArray();
    }

    /// <summary>The request's Idempotency-Key; null without one. Fails with: invalid.</summary>
    public static Result<string?> ReadIdempotencyKey(this HttpRequest request)
    {
        if (!request.Headers.TryGetValue(IdempotencyKeyHeader, out var values)) return (string?)null;
        var key = values.ToString();
        return key.Length is > 0 and <= IdempotencyKeyLengthMax && !key.Any(char.IsControl)
            ? key
            : Error.Invalid(IdempotencyKeyHeader, $"The header must have 1 to {IdempotencyKeyLengthMax} characters.");
    }

    /// <summary>Says which use of its Idempotency-Key a request belongs to: a key that was forgotten meanwhile names
    /// another change when it comes again.</summary>
    public static void NameKeyUse(this HttpRequest request, string use) => request.HttpContext.Items[KeyUse] = use;

    /// <summary>The change that a request asks for: named by its Idempotency-Key within the application, else by a
    /// new id; <paramref name="body"/> is hashed together with the method and path.
    /// Fails with: invalid.</summary>
    public static Result<Change> ReadChange(this HttpRequest request, string application, JsonElement body)
    {
        var bodyHash = Hash.Hex(request.Method, request.Path.Value ?? "", body.GetRawText());
        if (!request.ReadIdempotencyKey().Try(out var key, out var error)) return error;
        if (key is null) return new Change(Guid.NewGuid().ToString("n"), bodyHash);
        return new Change(
            request.HttpContext.Items[KeyUse] is string use
                ? Hash.Hex("idempotency-key", application, key, use)
                : Hash.Hex("idempotency-key", application, key),
            bodyHash);
    }

    /// <summary>The version that <c>If-Match</c> names, or null without the header or with <c>*</c>.</summary>
    public static string? IfMatch(this HttpRequest request)
    {
        var value = request.Headers.IfMatch.ToString();
        return value is "" or "*" ? null : value;
    }

    private static Error TooLarge(int bytesMax) =>
        new("body-too-large", ErrorKind.TooLarge, $"The body is over the limit of {bytesMax} bytes.");
}
