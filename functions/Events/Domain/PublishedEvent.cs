using System.Text.Json;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Events.Domain;

/// <summary>An event as it came off the topic.</summary>
/// <param name="Environment">Where it happened.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Type">Its type without the prefix: <c>points.added</c>.</param>
/// <param name="Subject">Its aggregate: <c>wallet/live|stars|0198…</c>.</param>
/// <param name="Sequence">Its place in the aggregate's order.</param>
/// <param name="Text">All of it, as it was published.</param>
public sealed record PublishedEvent(
    AppEnvironment Environment, string EventId, string Type, string Subject, long Sequence, string Text)
{
    /// <summary>Reads a message; null for one that this app has not published, which can never be delivered.</summary>
    public static PublishedEvent? Read(string message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            return Read(json.RootElement, message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperation: half of a surrogate pair, or a member that is no text.
            return null;
        }
    }

    private static PublishedEvent? Read(JsonElement json, string message)
    {
        if (json.ValueKind != JsonValueKind.Object || EnvironmentOf(TextOf(json, "source")) is not { } environment)
            return null;
        var (type, subject) = (TextOf(json, "type"), TextOf(json, "subject"));
        if (type?.StartsWith(CloudEvent.TypePrefix, StringComparison.Ordinal) is not true || subject is null
            || !json.TryGetProperty("sequence", out var number) || !number.TryGetInt64(out var sequence)) return null;
        var id = CloudEvent.IdOf(subject, sequence);
        if (sequence < 1 || TextOf(json, "id") != id) return null;
        return new PublishedEvent(
            environment, id, type[CloudEvent.TypePrefix.Length..], subject, sequence, message);
    }

    private static AppEnvironment? EnvironmentOf(string? source) => Enum.GetValues<AppEnvironment>()
        .Cast<AppEnvironment?>().FirstOrDefault(e => source == CloudEvent.SourceOf(e!.Value.Name()));

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
