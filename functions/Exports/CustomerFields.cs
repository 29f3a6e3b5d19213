using System.Globalization;
using System.Text.Json;
using CustomerFunctions.Profiles.Domain;

namespace CustomerFunctions.Exports;

/// <summary>A column of an export.</summary>
/// <param name="Name">As in the profile.</param>
/// <param name="Cell">What a customer has there; null for nothing.</param>
public sealed record CustomerField(string Name, Func<StoredProfile, string?> Cell);

/// <summary>The columns that an export of customers can have. Names are those of the profile; lists are joined by
/// semicolons, money is <c>{minor units} {currency}</c>, instants are RFC 3339 in UTC.</summary>
public static class CustomerFields
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<CustomerField> All =
    [
        new("integrationId", p => p.IntegrationId),
        new("kind", p => Word(p.Profile.Kind)),
        new("name", p => p.Profile.Name),
        new("firstName", p => p.Profile.FirstName),
        new("lastName", p => p.Profile.LastName),
        new("email", p => p.Profile.Email),
        new("phone", p => p.Profile.Phone),
        new("dateOfBirth", p => p.Profile.DateOfBirth?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        new("gender", p => p.Profile.Gender is { } gender ? Word(gender) : null),
        new("title", p => p.Profile.Title),
        new("locale", p => p.Profile.Locale),
        new("status", p => Word(p.Profile.Status ?? ProfileStatus.Active)),
        new("consent.email", p => Flag(p.Profile.Consent?.Email?.Granted)),
        new("consent.sms", p => Flag(p.Profile.Consent?.Sms?.Granted)),
        new("notificationsOptIn", p => Flag(p.Profile.NotificationsOptIn)),
        new("mobileVerified", p => Flag(p.MobileVerified)),
        new("dietaryNotes", p => p.Profile.DietaryNotes),
        new("tags", p => string.Join(';', p.Profile.Tags)),
        new("business.company", p => p.Profile.Business?.Company),
        new("createdAt", p => Instant(p.CreatedAt)),
        new("lastActivityAt", p => Instant(p.LastActivityAt)),
        new("totalOrders", p => p.Figures.Orders.ToString(CultureInfo.InvariantCulture)),
        new("totalSpent", p => string.Join(';', p.Figures.Money.Select(
            m => string.Create(CultureInfo.InvariantCulture, $"{m.Value.SpentMinor} {m.Key}")))),
    ];

    /// <summary>The columns of an export that names none: those of the list of customers.</summary>
    public static readonly IReadOnlyList<string> Default =
    [
        "integrationId", "kind", "name", "email", "phone", "status", "totalOrders", "totalSpent", "createdAt",
        "lastActivityAt",
    ];

    /// <summary>The column of that name, or null.</summary>
    public static CustomerField? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    /// <summary>A value's word in JSON.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static string? Flag(bool? value) => value switch { true => "yes", false => "no", null => null };

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
