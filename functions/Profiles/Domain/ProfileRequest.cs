using System.Text.Json;
using System.Text.RegularExpressions;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>Reads what a caller says of a customer. The limits keep a document well under the size of a table row.
/// </summary>
public static partial class ProfileRequest
{
    /// <summary>Longest name, in UTF-16 units.</summary>
    public const int NameLengthMax = 200;

    /// <summary>Longest dietary notes.</summary>
    public const int DietaryNotesLengthMax = 2000;

    /// <summary>Most preferences, and most attributes.</summary>
    public const int ValuesMax = 100;

    /// <summary>Longest value of a preference or attribute, as JSON.</summary>
    public const int ValueLengthMax = 1000;

    private const int ShortTextMax = 100;
    private const string NoCardNumbers = "It must not hold a card number.";

    /// <summary>A customer from a body. Fails with: invalid, naming every wrong field.</summary>
    /// <param name="body">The JSON object.</param>
    /// <param name="region">ISO 3166 alpha-2, the country of phone numbers without a country code.</param>
    /// <param name="today">The latest day on which anybody can be born.</param>
    /// <param name="phoneRequired">False where a registered customer may lack the phone: imported ones.</param>
    public static Result<Profile> Read(JsonFields body, string region, DateOnly today, bool phoneRequired = true)
    {
        var kind = body.Choice<ProfileKind>("kind") ?? ProfileKind.Registered;
        var registered = kind == ProfileKind.Registered;
        var profile = new Profile
        {
            Kind = kind,
            Name = body.Text("name", NameLengthMax, registered, CardFault),
            FirstName = body.Text("firstName", NameLengthMax, fault: CardFault),
            LastName = body.Text("lastName", NameLengthMax, fault: CardFault),
            Email = body.Text("email", EmailAddress.LengthMax, registered, EmailAddress.Fault),
            Phone = ReadPhone(body, region, registered && phoneRequired),
            DateOfBirth = ReadBirth(body, today),
            Gender = body.Choice<Gender>("gender"),
            Title = body.Text("title", ShortTextMax, fault: CardFault),
            Locale = body.Text("locale", 35, fault: LocaleFault),
            Status = body.Choice<ProfileStatus>("status"),
            Consent = ReadConsents(body.Object("consent")),
            NotificationsOptIn = body.Flag("notificationsOptIn"),
            DietaryNotes = body.Text("dietaryNotes", DietaryNotesLengthMax, fault: CardFault),
            Preferences = Values(body, "preferences"),
            Tags =
            [
                .. body.Texts("tags", TagRules.TagsMax, TagRules.LengthMax, CardFault).Distinct(StringComparer.Ordinal),
            ],
            Attributes = Values(body, "attributes", structured: true),
            Business = ReadBusiness(body.Object("business")),
        };
        return body.Finish(() => profile);
    }

    /// <summary>The field <c>phone</c> in E.164.</summary>
    public static string? ReadPhone(JsonFields body, string region, bool required)
    {
        var e164 = "";
        body.Text("phone", Phone.LengthMax, required, text => Phone.TryRead(text, region, out e164)
            ? null
            : "It must be a phone number, with country code or of the application's region.");
        return e164.Length > 0 ? e164 : null;
    }

    private static DateOnly? ReadBirth(JsonFields body, DateOnly today)
    {
        var date = body.Date("dateOfBirth");
        if (date?.Year < 1900) body.Refuse("dateOfBirth", "It must not be before 1900.");
        if (date > today) body.Refuse("dateOfBirth", "It must not be in the future.");
        return date;
    }

    private static Consents? ReadConsents(JsonFields? body) =>
        body is null ? null : new Consents(ReadConsent(body.Object("email")), ReadConsent(body.Object("sms")));

    private static Consent? ReadConsent(JsonFields? body)
    {
        if (body is null) return null;
        if (!body.Has("granted")) body.Refuse("granted", "It is required.");
        return new Consent(
            body.Flag("granted") ?? false, body.Instant("at"), body.Text("source", ShortTextMax, fault: CardFault));
    }

    private static Business? ReadBusiness(JsonFields? body) => body is null ? null : new Business(
        body.Text("company", NameLengthMax, fault: CardFault), body.Text("registrationNumber", ShortTextMax),
        body.Text("vatId", ShortTextMax), ReadAddress(body.Object("address")));

    private static PostalAddress? ReadAddress(JsonFields? body) => body is null ? null : new PostalAddress(
        body.Texts("lines", 5, NameLengthMax), body.Text("city", ShortTextMax), body.Text("postalCode", 20),
        body.Text("country", 2, fault: CountryFault));

    private static SortedDictionary<string, JsonElement> Values(
        JsonFields body, string name, bool structured = false)
    {
        var values = body.Map(name, ValuesMax, ValueLengthMax, structured);
        // The digits of a place on earth may pass for a card number by chance.
        foreach (var (key, value) in values)
            if (value.ValueKind != JsonValueKind.Object && CardNumbers.Occur(value.ToString()))
                body.Refuse($"{name}", $"The value of '{key}' must not hold a card number.");
        return new SortedDictionary<string, JsonElement>(
            values.ToDictionary(v => v.Key, v => v.Value), StringComparer.Ordinal);
    }

    /// <summary>What is wrong with a text that holds a card number, else null.</summary>
    public static string? CardFault(string text) => CardNumbers.Occur(text) ? NoCardNumbers : null;

    private static string? LocaleFault(string text) =>
        LocalePattern().IsMatch(text) ? null : "It must be a language tag such as en-GB.";

    /// <summary>What is wrong with a country's code, else null.</summary>
    public static string? CountryFault(string text) => text.Length == 2 && text.All(char.IsAsciiLetterUpper)
        ? null
        : "It must be an ISO 3166 country code such as GB.";

    [GeneratedRegex("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", RegexOptions.CultureInvariant)]
    private static partial Regex LocalePattern();
}
