using System.Text.Json;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>A JSON merge patch of a customer.</summary>
/// <param name="Json">The patch, an object.</param>
public sealed record ProfilePatch(JsonElement Json)
{
    private const string Addresses = "addresses";

    private static readonly HashSet<string> Names = [.. typeof(Profile).GetProperties()
        .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Where(name => name != Addresses)];

    /// <summary>True when it touches what only staff may.</summary>
    public bool IsForStaff => Json.TryGetProperty("dietaryNotes", out _);

    /// <summary>True when it touches custom attributes.</summary>
    public bool HasAttributes => Json.TryGetProperty("attributes", out _);

    /// <summary>Reads a patch. A field that no profile has is refused here already: removing it would be lost without a
    /// word. Fails with: invalid.</summary>
    public static Result<ProfilePatch> Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return Error.Invalid("", "The body must be a JSON object.");
        var unknown = json.EnumerateObject().Where(p => !Names.Contains(p.Name))
            .Select(p => new FieldError("/" + p.Name.Replace("~", "~0").Replace("/", "~1"), "There is no such field."))
            .ToList();
        return unknown.Count > 0 ? Error.Invalid(unknown) : new ProfilePatch(json);
    }

    /// <summary>The customer after the patch, checked as a whole. An imported customer without a phone may stay so.
    /// Fails with: invalid, naming every wrong field.</summary>
    public Result<Profile> Apply(Profile stored, string region, DateOnly today)
    {
        var tree = ProfileDocument.Tree(stored);
        tree.Remove(Addresses);
        var patched = MergePatch.Apply(tree, Json);
        var phoneRequired = stored.Phone is not null || stored.Kind == ProfileKind.Guest;
        return JsonFields.Of(JsonSerializer.SerializeToElement(patched))
            .Then(fields => ProfileRequest.Read(fields, region, today, phoneRequired))
            .Map(profile => profile with { Addresses = stored.Addresses });
    }
}
