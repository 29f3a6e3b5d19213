using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>An amount of money: minor units and ISO 4217.</summary>
public sealed record MoneyAnswer(long Amount, string Currency);

/// <summary>A customer as callers see it. Without the scope staff the dietary notes are left out.</summary>
public sealed record ProfileAnswer(
    string IntegrationId, string Environment, ProfileKind Kind, string? Name, string? FirstName, string? LastName,
    string? Email, string? Phone, bool MobileVerified, DateOnly? DateOfBirth, Gender? Gender, string? Title,
    string? Locale, ProfileStatus Status, Consents? Consent, bool? NotificationsOptIn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DietaryNotes,
    IReadOnlyDictionary<string, JsonElement> Preferences, IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, JsonElement> Attributes, Business? Business,
    IReadOnlyList<CustomerAddress> Addresses, DateTimeOffset CreatedAt,
    DateTimeOffset LastActivityAt, int TotalOrders, IReadOnlyList<MoneyAnswer> TotalSpent, string Etag)
{
    /// <summary>The names of all fields, as callers choose columns.</summary>
    public static IReadOnlyList<string> FieldNames { get; } =
        [.. typeof(ProfileAnswer).GetConstructors()[0].GetParameters()
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name!))];

    /// <summary>The answer for a customer.</summary>
    public static ProfileAnswer Of(AppEnvironment environment, StoredProfile stored, bool staff)
    {
        var p = stored.Profile;
        return new ProfileAnswer(
            stored.IntegrationId, environment.Name(), p.Kind, p.Name, p.FirstName, p.LastName, p.Email, p.Phone,
            stored.MobileVerified, p.DateOfBirth, p.Gender, p.Title, p.Locale, p.Status ?? ProfileStatus.Active,
            p.Consent, p.NotificationsOptIn, staff ? p.DietaryNotes : null, p.Preferences, p.Tags, p.Attributes,
            p.Business, p.Addresses, stored.CreatedAt, stored.LastActivityAt, stored.Figures.Orders,
            [.. stored.Figures.Money.Select(m => new MoneyAnswer(m.Value.SpentMinor, m.Key))], stored.ETag);
    }

    /// <summary>The chosen fields only, always with the integration id.</summary>
    public JsonObject Only(IReadOnlyCollection<string> names)
    {
        var all = JsonSerializer.SerializeToNode(this, Json.Options)!.AsObject();
        foreach (var name in all.Select(member => member.Key).ToList())
            if (name != "integrationId" && !names.Contains(name)) all.Remove(name);
        return all;
    }
}
