using System.Text.Json;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>What becomes of two customers who are one person.</summary>
public static class ProfileUnion
{
    /// <summary>
    /// The customer who stays, with what only the other one had. Fields of the one who stays win; lists and maps are
    /// united; dietary notes are put together, because an allergy must not be lost. An email or phone is taken over
    /// only from a registered customer, or by a guest: one that a guest gave is nobody's proof. Consent goes with the
    /// address that it was given for. Fails with: merge-blocked, naming every reason.
    /// </summary>
    /// <param name="into">Who stays.</param>
    /// <param name="from">Who goes.</param>
    public static Result<Profile> Of(StoredProfile into, StoredProfile from)
    {
        var reasons = ReasonsAgainst(into, from);
        return reasons.Count == 0 ? Of(into.Profile, from.Profile) : ProfileErrors.MergeBlocked(reasons);
    }

    /// <summary>What speaks against making the two one, as sentences; empty when nothing does.</summary>
    /// <param name="into">Who stays.</param>
    /// <param name="from">Who goes.</param>
    public static IReadOnlyList<string> ReasonsAgainst(StoredProfile into, StoredProfile from) =>
        [.. Reasons(into, from, Of(into.Profile, from.Profile))];

    /// <summary>As above, of a merge that has begun: nothing blocks it any more.</summary>
    /// <param name="a">Who stays.</param>
    /// <param name="b">Who goes.</param>
    public static Profile Of(Profile a, Profile b)
    {
        var takesContact = a.Kind == ProfileKind.Guest || b.Kind == ProfileKind.Registered;
        var email = a.Email ?? (takesContact ? b.Email : null);
        var phone = a.Phone ?? (takesContact ? b.Phone : null);
        return a with
        {
            Name = a.Name ?? b.Name,
            FirstName = a.Name is null ? a.FirstName ?? b.FirstName : a.FirstName,
            LastName = a.Name is null ? a.LastName ?? b.LastName : a.LastName,
            Email = email,
            Phone = phone,
            DateOfBirth = a.DateOfBirth ?? b.DateOfBirth,
            Gender = a.Gender ?? b.Gender,
            Title = a.Title ?? b.Title,
            Locale = a.Locale ?? b.Locale,
            Consent = Consent(a, b, email, phone),
            NotificationsOptIn = a.NotificationsOptIn ?? b.NotificationsOptIn,
            DietaryNotes = Together(a.DietaryNotes, b.DietaryNotes),
            Preferences = Values(a.Preferences, b.Preferences),
            Tags = [.. a.Tags.Union(b.Tags, StringComparer.Ordinal)],
            Attributes = Values(a.Attributes, b.Attributes),
            Business = a.Business ?? b.Business,
            Addresses = AddressBook.Union(a.Addresses, b.Addresses),
        };
    }

    private static IEnumerable<string> Reasons(StoredProfile into, StoredProfile from, Profile union)
    {
        if (from.Profile.Kind == ProfileKind.Registered && into.Profile.Kind == ProfileKind.Guest)
            yield return "A registered customer cannot become a guest: merge the other way round.";
        if (from.Absorbing is not null || (into.Absorbing is { } other && other != from.Key))
            yield return "A merge with one of them is under way.";
        if (into.Absorbed.Length + from.Absorbed.Length + 1 > AbsorbedMax)
            yield return $"More than {AbsorbedMax} customers would have been merged into one.";
        if (union.Tags.Count > TagRules.TagsMax) yield return $"There would be over {TagRules.TagsMax} tags.";
        if (union.Addresses.Count > AddressBook.AddressesMax)
            yield return $"There would be over {AddressBook.AddressesMax} addresses.";
        if (union.Attributes.Count > ProfileRequest.ValuesMax)
            yield return $"There would be over {ProfileRequest.ValuesMax} attributes.";
        if (union.Preferences.Count > ProfileRequest.ValuesMax)
            yield return $"There would be over {ProfileRequest.ValuesMax} preferences.";
        if (union.DietaryNotes?.Length > ProfileRequest.DietaryNotesLengthMax)
            yield return $"The dietary notes would be over {ProfileRequest.DietaryNotesLengthMax} characters.";
    }

    /// <summary>Customers that may be merged into one: each costs its reads a call.</summary>
    public const int AbsorbedMax = 32;

    private static Consents? Consent(Profile a, Profile b, string? email, string? phone)
    {
        var sameEmail = b.Email is not null && email is not null
            && EmailAddress.Normalise(email) == EmailAddress.Normalise(b.Email);
        var samePhone = b.Phone is not null && phone == b.Phone;
        var united = new Consents(
            a.Consent?.Email ?? (sameEmail ? b.Consent?.Email : null),
            a.Consent?.Sms ?? (samePhone ? b.Consent?.Sms : null));
        return united is { Email: null, Sms: null } ? a.Consent : united;
    }

    private static string? Together(string? a, string? b) =>
        a is null || b is null || a == b ? a ?? b : $"{a}\n{b}";

    private static SortedDictionary<string, JsonElement> Values(
        IReadOnlyDictionary<string, JsonElement> a, IReadOnlyDictionary<string, JsonElement> b)
    {
        var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in b.Concat(a)) values[name] = value;
        return values;
    }
}
