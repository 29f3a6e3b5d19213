using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Customers;

/// <summary>Finds the rows of a file that name a customer, by hashes of id, email and phone, so that a search which
/// must
/// wait until an import has ended keeps nothing that is personal. A name alone does not tell who is meant.</summary>
public sealed class CustomerMarks(IReadOnlyCollection<string> hashes, string region)
{
    private const int PhoneDigitsMin = 7;
    private static readonly char[] Ends = [',', ';', '\t', '|', '"', '\'', '<', '>', ' ', '\r', '\n'];
    private static readonly char[] CellEnds = [',', ';', '\t', '|', '"'];
    private readonly HashSet<string> _hashes = new(hashes, StringComparer.Ordinal);

    /// <summary>The hashes of a customer.</summary>
    public static IReadOnlyList<string> Of(StoredProfile stored) =>
        [.. stored.Ids.Select(OfText), .. stored.Emails.Select(OfEmail), .. stored.Phones.Select(OfPhone)];

    /// <summary>True when one of the cells names the customer.</summary>
    public bool Name(IReadOnlyList<string?> cells) => cells.Any(c => c is { Length: > 0 }
        && Names(c, cells.Count == 1));

    private bool Names(string cell, bool isWholeLine)
    {
        if (_hashes.Contains(OfText(cell.Trim().TrimStart('\'')))) return true;
        if (cell.Contains('@', StringComparison.Ordinal)
            && cell.Split(Ends).Any(p => p.Contains('@', StringComparison.Ordinal) && IsEmail(p))) return true;
        return IsPhone(cell) || (isWholeLine && cell.Split(CellEnds).Any(IsPhone));
    }

    private bool IsEmail(string text) => _hashes.Contains(OfEmail(
        text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? text["mailto:".Length..] : text));

    private bool IsPhone(string cell)
    {
        var text = CustomerCell.Phone(cell);
        return text.Count(char.IsDigit) >= PhoneDigitsMin && Phone.TryRead(text, region, out var e164)
            && _hashes.Contains(OfPhone(e164));
    }

    private static string OfText(string id) => Hash.Hex("row-id", id)[..32];

    private static string OfEmail(string email) => Hash.Hex("row-email", EmailAddress.Normalise(email))[..32];

    private static string OfPhone(string e164) => Hash.Hex("row-phone", e164)[..32];
}
