using System.Globalization;
using System.Text;
using CustomerFunctions.Imports.Domain;

namespace CustomerFunctions.Imports.Customers;

/// <summary>Cells as the systems that they come from write them, and as a profile takes them.</summary>
public static class CustomerCell
{
    private static readonly string[] Dates = ["yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd", "dd.MM.yyyy", "d.M.yyyy"];

    /// <summary>One line of text: composed, blanks and control characters run together, outer ones cut, and without
    /// the apostrophe that spreadsheets are told "this is text" with.</summary>
    public static string Line(string cell)
    {
        var text = new StringBuilder(cell.Length);
        foreach (var c in Plain(cell))
        {
            if (!char.IsWhiteSpace(c) && !char.IsControl(c)) text.Append(c);
            else if (text.Length > 0 && text[^1] != ' ') text.Append(' ');
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>Text of several lines, with line feeds.</summary>
    public static string Lines(string cell) =>
        string.Join('\n', Plain(cell).ReplaceLineEndings("\n").Split('\n').Select(Line)).Trim();

    /// <summary>The address in <c>Name &lt;MAIL@X&gt;</c> or <c>mailto:mail@x?subject=…</c>.</summary>
    public static string Email(string cell)
    {
        var text = Line(cell);
        var open = text.LastIndexOf('<');
        if (open >= 0 && text.EndsWith('>')) text = text[(open + 1)..^1].Trim();
        if (!text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) return text;
        var query = text.IndexOf('?', StringComparison.Ordinal);
        return (query < 0 ? text[7..] : text[7..query]).Trim();
    }

    /// <summary>The number in <c>p:+46…</c>, <c>tel:+46…</c>.</summary>
    public static string Phone(string cell)
    {
        var text = Line(cell);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon is > 0 and <= 5 && text[..colon].All(char.IsAsciiLetter) ? text[(colon + 1)..].Trim() : text;
    }

    /// <summary>A date as <c>1990-02-28</c> when it can be told which it is; otherwise the cell as it is.</summary>
    public static string Date(string cell)
    {
        var text = Line(cell);
        return DateOnly.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : text;
    }

    /// <summary>Yes, no, or null for a word that says neither (<c>Unknown</c>).</summary>
    public static bool? Flag(string cell) => HeaderWords.Fold(cell) switch
    {
        "yes" or "true" or "1" or "y" or "subscribed" or "optedin" => true,
        "no" or "false" or "0" or "n" or "unsubscribed" or "optedout" => false,
        _ => null,
    };

    /// <summary>The profile's word for a gender or status; an unknown word as it is.</summary>
    public static string Word(string cell) => HeaderWords.Fold(cell) switch
    {
        "f" or "female" or "woman" or "w" => "female",
        "m" or "male" or "man" => "male",
        "o" or "other" or "x" or "d" or "divers" or "diverse" => "other",
        "active" or "1" or "enabled" => "active",
        "inactive" or "0" or "disabled" => "inactive",
        _ => Line(cell),
    };

    /// <summary>Tags in one cell: <c>vip, lunch</c> or <c>"VIP","Blog"</c>.</summary>
    public static IReadOnlyList<string> Tags(string cell) =>
        [.. Plain(cell).Split(',', ';').Select(t => Line(t.Trim(' ', '"'))).Where(t => t.Length > 0)
            .Distinct(StringComparer.Ordinal)];

    private static string Plain(string cell)
    {
        var text = cell.Trim().Normalize(NormalizationForm.FormC);
        return text.Length > 1 && text[0] == '\'' && (char.IsAsciiDigit(text[1]) || text[1] is '=' or '+' or '-' or '@')
            ? text[1..]
            : text;
    }
}
