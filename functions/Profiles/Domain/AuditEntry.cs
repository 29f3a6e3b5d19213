using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>One field of a customer that changed.</summary>
/// <param name="Field">Its name; members of objects as <c>consent.email</c>, addresses as
/// <c>addresses.{id}</c>.</param>
/// <param name="From">What it held, null for nothing.</param>
/// <param name="To">What it holds, null for nothing.</param>
public sealed record FieldChange(string Field, JsonNode? From, JsonNode? To);

/// <summary>One line of a customer's audit trail.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who: <c>application:shop</c>, <c>import:9f86…</c>.</param>
/// <param name="Action">What: <c>created</c>, <c>changed</c>, <c>note-added</c>, <c>note-edited</c>,
/// <c>note-deleted</c>, <c>merged</c>.</param>
/// <param name="Version">The profile's version after it; null where the version did not move.</param>
/// <param name="Changes">What from and what to.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string By, string Action, long? Version, IReadOnlyList<FieldChange> Changes)
{
    /// <summary>When the customer was changed before that, so that a change can be undone; null for lines that are no
    /// change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Since { get; init; }

    /// <summary>The line as that of a merge, which names whom the customer was given.</summary>
    public AuditEntry OfMerge(string integrationId) => this with
    {
        Action = "merged",
        Changes = [new FieldChange("mergedFrom", null, JsonValue.Create(integrationId)), .. Changes],
    };
}

/// <summary>Tells what a change of a customer changed.</summary>
public static class AuditTrail
{
    /// <summary>Fields whose members are told one by one.</summary>
    private static readonly HashSet<string> Opened = ["consent", "preferences", "attributes", "business", "addresses"];

    /// <summary>The fields in which two customers differ, in the order of their names.</summary>
    public static IReadOnlyList<FieldChange> Between(Profile before, Profile after)
    {
        var (from, to) = (Flat(before), Flat(after));
        return [.. from.Keys.Concat(to.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => new FieldChange(name, from.GetValueOrDefault(name), to.GetValueOrDefault(name)))
            .Where(c => !JsonNode.DeepEquals(c.From, c.To))];
    }

    /// <summary>The customer as before a change that is the last one so far; null when the change touched addresses,
    /// which have an order of their own.</summary>
    public static Profile? Before(Profile after, IReadOnlyList<FieldChange> changes)
    {
        var tree = ProfileDocument.Tree(after);
        foreach (var (field, from, _) in changes)
        {
            var dot = field.IndexOf('.', StringComparison.Ordinal);
            if (field.StartsWith("addresses.", StringComparison.Ordinal)) return null;
            if (dot < 0) Set(tree, field, from);
            else tree[field[..dot]] = With(tree[field[..dot]] as JsonObject ?? [], field[(dot + 1)..], from);
        }

        foreach (var name in (string[])["consent", "business"])
            if (tree[name] is JsonObject { Count: 0 }) tree.Remove(name);
        return ProfileDocument.Read(JsonSerializer.SerializeToUtf8Bytes(tree));
    }

    private static void Set(JsonObject into, string name, JsonNode? value)
    {
        if (value is null) into.Remove(name);
        else into[name] = value.DeepClone();
    }

    // Members stay in the order of their names, as callers' maps are kept.
    private static JsonObject With(JsonObject members, string name, JsonNode? value)
    {
        var changed = members.DeepClone().AsObject();
        Set(changed, name, value);
        return new JsonObject(changed.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())).ToList());
    }

    private static Dictionary<string, JsonNode?> Flat(Profile profile)
    {
        var flat = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, value) in ProfileDocument.Tree(profile))
        {
            if (!Opened.Contains(name)) Put(name, value);
            else if (value is JsonObject members)
                foreach (var (member, held) in members) Put($"{name}.{member}", held);
            else if (value is JsonArray items)
                foreach (var item in items.OfType<JsonObject>()) Put($"{name}.{item["addressId"]}", item);
        }

        return flat;

        // No list at all and an empty one say the same.
        void Put(string name, JsonNode? value)
        {
            if (value is not JsonArray { Count: 0 }) flat[name] = value?.DeepClone();
        }
    }
}
