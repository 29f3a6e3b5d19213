using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>
/// What a customer is found by. An entry is the beginning of an index row's key: <c>w|</c> and a text (the name from
/// each of its words on, email, its domain, the phone's national number), <c>v|</c> and the phone's digits from the
/// last to the first, <c>k|g</c> or <c>k|r</c> for the lists of guests and registered customers, <c>g|</c> and a hash
/// for the list of each tag.
/// </summary>
public static class IndexEntries
{
    /// <summary>Most entries of one customer beside the list entry. A name of two words, email and phone make six;
    /// further words and parts of the email fill up to this.</summary>
    public const int TextsMax = 10;

    private static readonly char[] LocalParts = ['.', '_', '-', '+'];

    /// <summary>All entries of a customer, each once.</summary>
    public static IReadOnlyList<string> Of(Profile profile) =>
        [
            ListOf(profile.Kind), .. Texts(profile).Select(t => Entry('w', t)).Concat(Reversed(profile)).Distinct(),
            .. profile.Tags.Select(ListOf).Distinct(),
        ];

    /// <summary>The list entry of a kind.</summary>
    public static string ListOf(ProfileKind kind) => kind == ProfileKind.Guest ? "k|g" : "k|r";

    /// <summary>The list entry of a tag: 80 bits of its hash, because a tag may be longer than a text in a row key.
    /// </summary>
    public static string ListOf(string tag) => "g|" + Hash.Hex("tag", tag)[..20];

    /// <summary>An entry: its type and escaped text.</summary>
    public static string Entry(char type, string text) => $"{type}|{SearchText.Escape(text)}";

    /// <summary>A text from its last character to its first.</summary>
    public static string Reverse(string text) => string.Concat(text.Reverse());

    /// <summary>The texts behind the <c>w</c> entries, the likeliest first.</summary>
    public static IReadOnlyList<string> Texts(Profile profile)
    {
        var words = SearchText.Words(profile.Name ?? "");
        var names = words.Select((_, i) => string.Join(' ', words.Skip(i))).ToList();
        var email = EmailAddress.Normalise(profile.Email ?? "");
        var texts = new List<string>(names.Take(2));
        if (email.Length > 0) texts.AddRange([email, EmailAddress.DomainOf(email)]);
        if (profile.Phone is { } phone) texts.Add(Phone.NationalOf(phone));
        foreach (var more in names.Skip(2).Concat(SurnamesOf(profile)).Concat(PartsOf(email)))
            if (texts.Count < TextsMax - 1 && !texts.Exists(t => t.StartsWith(more, StringComparison.Ordinal)))
                texts.Add(more);
        return texts;
    }

    private static IEnumerable<string> SurnamesOf(Profile profile) =>
        SearchText.Words($"{profile.FirstName} {profile.LastName}");

    private static IEnumerable<string> PartsOf(string email) => email.Length == 0
        ? []
        : email[..email.LastIndexOf('@')].Split(LocalParts, StringSplitOptions.RemoveEmptyEntries).Skip(1);

    private static IEnumerable<string> Reversed(Profile profile) =>
        profile.Phone is { } phone ? [Entry('v', Reverse(phone[1..]))] : [];
}
