using System.Globalization;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Exports;

/// <summary>The columns that an export of customers can have. Names are those of the profile; lists are joined by
/// semicolons, money is <c>{minor units} {currency}</c>.</summary>
public static class CustomerFields
{
    /// <summary>The column that says who a customer is.</summary>
    public const string Id = "integrationId";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ExportField<StoredProfile>> All = new ExportFields<StoredProfile>()
        .Text(Id, p => p.IntegrationId)
        .Text("kind", p => Json.Word(p.Profile.Kind))
        .Text("name", p => p.Profile.Name)
        .Text("firstName", p => p.Profile.FirstName)
        .Text("lastName", p => p.Profile.LastName)
        .Text("email", p => p.Profile.Email)
        .Text("phone", p => p.Profile.Phone)
        .Text("dateOfBirth", p => p.Profile.DateOfBirth?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
        .Text("gender", p => p.Profile.Gender is { } gender ? Json.Word(gender) : null)
        .Text("title", p => p.Profile.Title)
        .Text("locale", p => p.Profile.Locale)
        .Text("status", p => Json.Word(p.Profile.Status ?? ProfileStatus.Active))
        .Text("consent.email", p => Flag(p.Profile.Consent?.Email?.Granted))
        .Text("consent.sms", p => Flag(p.Profile.Consent?.Sms?.Granted))
        .Text("notificationsOptIn", p => Flag(p.Profile.NotificationsOptIn))
        .Text("mobileVerified", p => Flag(p.MobileVerified))
        .Text("dietaryNotes", p => p.Profile.DietaryNotes)
        .Text("tags", p => string.Join(';', p.Profile.Tags))
        .Text("business.company", p => p.Profile.Business?.Company)
        .Instant("createdAt", p => p.CreatedAt)
        .Instant("lastActivityAt", p => p.LastActivityAt)
        .Number("totalOrders", p => p.Figures.Orders)
        .Text("totalSpent", p => string.Join(';', p.Figures.Money.Select(
            m => string.Create(CultureInfo.InvariantCulture, $"{m.Value.SpentMinor} {m.Key}"))))
        .All;

    /// <summary>The columns of an export that names none: those of the list of customers.</summary>
    public static readonly IReadOnlyList<string> Default =
    [
        Id, "kind", "name", "email", "phone", "status", "totalOrders", "totalSpent", "createdAt", "lastActivityAt",
    ];

    private static string? Flag(bool? value) => value switch { true => "yes", false => "no", null => null };
}
