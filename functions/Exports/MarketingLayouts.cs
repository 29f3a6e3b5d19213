using System.Globalization;
using System.Text;
using CustomerFunctions.Profiles.Domain;

namespace CustomerFunctions.Exports;

/// <summary>Columns as marketing systems take them. Only registered customers who granted consent for email are in
/// such a file.</summary>
public static class MarketingLayouts
{
    /// <summary>Mailchimp's own columns of a new audience.</summary>
    public const string Mailchimp = "mailchimp";

    /// <summary>Customer.io's people, by their reserved attributes.</summary>
    public const string CustomerIo = "customer.io";

    /// <summary>Customer.io's column that says who a customer is.</summary>
    public const string Who = "id";

    /// <summary>Most bytes of a text in Mailchimp. Source: its format guidelines.</summary>
    private const int MailchimpBytesMax = 255;

    private static readonly IReadOnlyList<ExportField<StoredProfile>> MailchimpFields =
        new ExportFields<StoredProfile>()
            .Text("Email Address", p => p.Profile.Email)
            .Text("First Name", p => Clip(FirstName(p.Profile)))
            .Text("Last Name", p => Clip(LastName(p.Profile)))
            .Text("Address", p => Clip(Address(p.Profile)))
            .Text("Phone Number", p => p.Profile.Phone)
            .Text("Birthday", p => p.Profile.DateOfBirth?.ToString("MM'/'dd", CultureInfo.InvariantCulture))
            .Text("Tags", p => string.Join(',', p.Profile.Tags.Select(t => $"\"{t.Replace("\"", "\"\"")}\"")))
            .All;

    private static readonly IReadOnlyList<ExportField<StoredProfile>> CustomerIoFields =
        new ExportFields<StoredProfile>()
            .Text(Who, p => p.IntegrationId)
            .Text("email", p => p.Profile.Email)
            .Text("created_at", p => p.CreatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))
            .Text("first_name", p => FirstName(p.Profile))
            .Text("last_name", p => LastName(p.Profile))
            .Text("phone", p => p.Profile.Phone)
            // Nobody is in the file who is not subscribed.
            .Text("unsubscribed", _ => "false")
            .All;

    /// <summary>The layouts beside the plain one.</summary>
    public static IReadOnlyList<string> Names { get; } = [Mailchimp, CustomerIo];

    /// <summary>The columns of a layout.</summary>
    public static IReadOnlyList<ExportField<StoredProfile>> FieldsOf(string layout) =>
        layout == Mailchimp ? MailchimpFields : CustomerIoFields;

    /// <summary>True for columns, of these layouts or the plain one, by which customers can be told.</summary>
    public static bool IsContact(string column) =>
        column is "email" or "phone" or "name" or "Email Address" or "Phone Number";

    /// <summary>True for customers who may be in such a file.</summary>
    public static bool Takes(Profile profile) => profile.Kind == ProfileKind.Registered
        && profile.Email is { Length: > 0 } && profile.Consent?.Email?.Granted is true;

    private static string? FirstName(Profile profile) => profile.FirstName ?? Split(profile).First;

    private static string? LastName(Profile profile) => profile.LastName ?? Split(profile).Last;

    // Without names of its own: the last word is the last name, what comes before it the first.
    private static (string? First, string? Last) Split(Profile profile)
    {
        if (profile is not { FirstName: null, LastName: null, Name: { } name }) return (null, null);
        var gap = name.Trim().LastIndexOf(' ');
        return gap < 0 ? (name.Trim(), null) : (name.Trim()[..gap].TrimEnd(), name.Trim()[(gap + 1)..]);
    }

    // One cell whose parts stand two blanks apart, the country as ISO has it. Source: Mailchimp's format guidelines.
    private static string? Address(Profile profile)
    {
        if (profile.Addresses.FirstOrDefault(a => a.Default) is not { } address) return null;
        string?[] parts = [.. address.Lines, address.City, address.Region, address.PostalCode, address.Country];
        return string.Join("  ", parts.Where(p => !string.IsNullOrWhiteSpace(p)));
    }

    private static string? Clip(string? text)
    {
        if (text is null || Encoding.UTF8.GetByteCount(text) <= MailchimpBytesMax) return text;
        var (bytes, chars) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > MailchimpBytesMax) break;
            chars += rune.Utf16SequenceLength;
        }

        return text[..chars];
    }
}
