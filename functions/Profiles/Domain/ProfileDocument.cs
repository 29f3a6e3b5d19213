using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>A customer's data as stored JSON: the shape that callers write, without what was not given.</summary>
public static class ProfileDocument
{
    private static readonly JsonSerializerOptions Sparse =
        new(Json.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The document as UTF-8.</summary>
    public static byte[] Write(Profile profile) => JsonSerializer.SerializeToUtf8Bytes(profile, Sparse);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Profile Read(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize<Profile>(utf8, Sparse)
        ?? throw new JsonException("A stored profile is null.");

    /// <summary>The document as a tree of its own.</summary>
    public static JsonObject Tree(Profile profile) => JsonSerializer.SerializeToNode(profile, Sparse)!.AsObject();

    /// <summary>True when two customers say the same.</summary>
    public static bool Same(Profile a, Profile b) => Write(a).AsSpan().SequenceEqual(Write(b));

    /// <summary>The names of the fields in which two customers differ, in order.</summary>
    public static IReadOnlyList<string> Differences(Profile before, Profile after)
    {
        var (a, b) = (Tree(before), Tree(after));
        return [.. a.Concat(b).Select(member => member.Key).Distinct(StringComparer.Ordinal)
            .Where(name => !JsonNode.DeepEquals(a[name], b[name])).Order(StringComparer.Ordinal)];
    }
}
