using System.Globalization;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>One range of the index that may hold what is looked for.</summary>
/// <param name="Entry">The beginning of the index rows' keys.</param>
/// <param name="Holds">What a found customer must also be.</param>
public sealed record SearchRange(string Entry, Func<Profile, bool> Holds);

/// <summary>
/// What a caller types into the search box, as at most three ranges of the index. A customer may lie in several
/// ranges, or in one more than once; <see cref="FirstOf"/> says which place counts, so that no page shows anyone twice.
/// </summary>
public sealed class SearchQuery
{
    private static readonly Func<Profile, bool> Any = _ => true;

    private SearchQuery(IReadOnlyList<SearchRange> ranges) => Ranges = ranges;

    /// <summary>The ranges, the likeliest first. Empty when the text holds nothing to look for.</summary>
    public IReadOnlyList<SearchRange> Ranges { get; }

    /// <summary>Reads what was typed.</summary>
    public static SearchQuery Of(string typed)
    {
        var text = typed.Trim();
        var ranges = IsNumber(text) ? NumberRanges(text) : TextRanges(text);
        return new SearchQuery([.. ranges.DistinctBy(r => r.Entry)]);
    }

    /// <summary>The range (by its place in <see cref="Ranges"/>) and entry by which a customer is shown, or null when
    /// the customer is not what is looked for.</summary>
    public (int Range, string Entry)? FirstOf(Profile profile)
    {
        var entries = IndexEntries.Of(profile);
        for (var i = 0; i < Ranges.Count; i++)
        {
            var first = entries.Where(e => e.StartsWith(Ranges[i].Entry, StringComparison.Ordinal))
                .Min(StringComparer.Ordinal);
            if (first is not null && Ranges[i].Holds(profile)) return (i, first);
        }

        return null;
    }

    private static bool IsNumber(string text) =>
        text.Any(char.IsDigit) && text.All(c => char.IsDigit(c) || char.IsWhiteSpace(c) || "+()-./".Contains(c));

    private static IEnumerable<SearchRange> TextRanges(string text)
    {
        var words = SearchText.Words(text);
        if (words.Count > 0) yield return Text(string.Join(' ', words));
        var raw = text.ToLowerInvariant().TrimStart('@');
        if (words.Count > 1 && text.Any(char.IsWhiteSpace))
        {
            var longest = words.MaxBy(w => w.Length)!;
            yield return new SearchRange(IndexEntries.Entry('w', longest), p => HasAll(p, words));
        }
        else if (raw.Length > 0 && !raw.Any(char.IsWhiteSpace))
        {
            yield return Text(EmailAddress.Normalise(raw));
        }
    }

    private static IEnumerable<SearchRange> NumberRanges(string text)
    {
        var digits = string.Concat(text.Where(char.IsDigit).Select(c => CharUnicodeInfo.GetDecimalDigitValue(c)));
        if (text.StartsWith('+'))
        {
            yield return International(digits);
            yield break;
        }

        yield return Text(digits);
        if (digits.StartsWith("00", StringComparison.Ordinal) && digits.Length > 2)
            yield return International(digits[2..]);
        else if (digits.TrimStart('0') is { Length: > 0 } trunkless && trunkless != digits)
            yield return Text(trunkless);
        else if (Phone.WithoutCountryCode(digits) is { Length: > 0 })
            yield return International(digits);
        yield return Text(IndexEntries.Reverse(digits), 'v');
    }

    private static SearchRange Text(string text, char type = 'w') => new(IndexEntries.Entry(type, text), Any);

    /// <summary>Numbers with a country code are indexed without it: the range goes by the rest, the customer's number
    /// tells.</summary>
    private static SearchRange International(string digits) => new(
        IndexEntries.Entry('w', Phone.WithoutCountryCode(digits) ?? ""),
        p => p.Phone?.StartsWith("+" + digits, StringComparison.Ordinal) is true);

    private static bool HasAll(Profile profile, IReadOnlyList<string> words)
    {
        var texts = IndexEntries.Texts(profile);
        return words.All(w => texts.Any(t => t.StartsWith(w, StringComparison.Ordinal)));
    }
}
