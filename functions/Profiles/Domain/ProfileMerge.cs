using System.Text.Json;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>Lays what an import gives over a customer that is there.</summary>
public static class ProfileMerge
{
    /// <summary>The customer with every given field overwritten: null, empty texts and empty lists give nothing;
    /// values of maps and consents go one by one. A registered customer stays registered.</summary>
    public static Profile Over(Profile stored, Profile given) => stored with
    {
        Kind = stored.Kind == ProfileKind.Registered ? stored.Kind : given.Kind,
        Name = Given(given.Name) ?? stored.Name,
        FirstName = Given(given.FirstName) ?? stored.FirstName,
        LastName = Given(given.LastName) ?? stored.LastName,
        Email = Given(given.Email) ?? stored.Email,
        Phone = Given(given.Phone) ?? stored.Phone,
        DateOfBirth = given.DateOfBirth ?? stored.DateOfBirth,
        Gender = given.Gender ?? stored.Gender,
        Title = Given(given.Title) ?? stored.Title,
        Locale = Given(given.Locale) ?? stored.Locale,
        Status = given.Status ?? stored.Status,
        Consent = Over(stored.Consent, given.Consent),
        NotificationsOptIn = given.NotificationsOptIn ?? stored.NotificationsOptIn,
        DietaryNotes = Given(given.DietaryNotes) ?? stored.DietaryNotes,
        Preferences = Over(stored.Preferences, given.Preferences),
        Tags = given.Tags.Count > 0 ? given.Tags : stored.Tags,
        Attributes = Over(stored.Attributes, given.Attributes),
        Business = Over(stored.Business, given.Business),
    };

    private static Consents? Over(Consents? stored, Consents? given) => given is null
        ? stored
        : new Consents(Over(stored?.Email, given.Email), Over(stored?.Sms, given.Sms));

    /// <summary>A file that repeats a consent says nothing new of when and where it was given.</summary>
    private static Consent? Over(Consent? stored, Consent? given) =>
        given is null || (given.At is null && stored?.Granted == given.Granted) ? stored : given;

    private static Business? Over(Business? stored, Business? given) => given is null
        ? stored
        : new Business(
            Given(given.Company) ?? stored?.Company, Given(given.RegistrationNumber) ?? stored?.RegistrationNumber,
            Given(given.VatId) ?? stored?.VatId, given.Address ?? stored?.Address);

    private static SortedDictionary<string, JsonElement> Over(
        IReadOnlyDictionary<string, JsonElement> stored, IReadOnlyDictionary<string, JsonElement> given)
    {
        var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in stored.Concat(given)) values[name] = value;
        return values;
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
