using System.Globalization;
using System.Text;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>Folds names, so that <c>Zoë O'Brien</c> is found by <c>zoe obr</c>.</summary>
public static class SearchText
{
    /// <summary>Longest folded text that is indexed, in UTF-16 units: far under the 1 KiB of a row key even when every
    /// unit is escaped. What is longer is found by its beginning.</summary>
    public const int LengthMax = 40;

    /// <summary>Letters that Unicode does not take apart into a plain letter and a mark.</summary>
    private static readonly Dictionary<char, string> Plain = new()
    {
        ['ß'] = "ss",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ø'] = "o",
        ['đ'] = "d",
        ['ð'] = "d",
        ['ł'] = "l",
        ['þ'] = "th",
        ['ı'] = "i",
        ['ς'] = "σ",
    };

    /// <summary>The words of a text: small letters and digits without marks; apostrophes vanish, everything else
    /// parts words.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var folded = new StringBuilder();
        // Taken apart before it is made small: the Turkish capital with a dot has no small letter of its own.
        foreach (var c in text.Normalize(NormalizationForm.FormKD).Select(char.ToLowerInvariant))
        {
            if (Plain.TryGetValue(c, out var plain)) folded.Append(plain);
            else if (IsPart(c)) folded.Append(c);
            else if (!Vanishes(c)) folded.Append(' ');
        }

        return folded.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A text as part of a row key, cut at <see cref="LengthMax"/>: small ASCII letters, digits,
    /// <c>@ . -</c> stay, a blank becomes <c>_</c>, all else <c>~</c> and four hex digits. Beginnings stay
    /// beginnings.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, LengthMax)))
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '@' or '.' or '-') escaped.Append(c);
            else if (c == ' ') escaped.Append('_');
            else escaped.Append('~').Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    // Vowel signs of Indian scripts are marks that take space: without them words would fall apart.
    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.SpacingCombiningMark;

    private static bool Vanishes(char c) =>
        c is '\'' or '’' or '‘' or 'ʼ' or '`'
        || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;
}
