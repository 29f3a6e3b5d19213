using System.Text;
using System.Text.RegularExpressions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>Just enough of C#'s grammar to look for words in code and not in comments or strings.</summary>
public static partial class CSharpCode
{
    /// <summary>The text with comments and the contents of strings and characters blanked. Same length, same lines.
    /// Code inside interpolated strings is blanked with them.</summary>
    public static string Bare(string text)
    {
        var bare = new StringBuilder(text);
        for (var i = 0; i < text.Length;)
        {
            var end = SkipOpaque(text, i);
            for (var k = i; k < end; k++)
                if (text[k] is not ('\n' or '\r')) bare[k] = ' ';
            i = Math.Max(end, i + 1);
        }

        return bare.ToString();
    }

    /// <summary>Where the comment, string or character that begins here ends; the same place when none does.</summary>
    private static int SkipOpaque(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("//")) return IndexAfter(text, "\n", at) - (text.IndexOf('\n', at) < 0 ? 0 : 1);
        if (rest.StartsWith("/*")) return IndexAfter(text, "*/", at + 2);
        if (rest[0] == '\'') return SkipEscaped(text, at + 1, '\'');
        if (rest[0] is not ('"' or '$' or '@')) return at;
        var quote = OpeningQuote().Match(text, at);
        if (!quote.Success) return at;
        var marks = quote.Groups["marks"].Value;
        var quotes = quote.Groups["quotes"].Value;
        var start = at + quote.Length;
        if (quotes.Length >= 3) return IndexAfter(text, quotes, start);
        if (marks.Contains('$')) return SkipInterpolated(text, start, marks.Contains('@'));
        return marks.Contains('@') ? SkipVerbatim(text, start) : SkipEscaped(text, start, '"');
    }

    private static int SkipEscaped(string text, int at, char end)
    {
        for (; at < text.Length && text[at] != end && text[at] != '\n'; at++)
            if (text[at] == '\\') at++;
        return Math.Min(at + 1, text.Length);
    }

    private static int SkipVerbatim(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] != '"') continue;
            if (at + 1 < text.Length && text[at + 1] == '"') at++;
            else return at + 1;
        }

        return text.Length;
    }

    private static int SkipInterpolated(string text, int at, bool verbatim)
    {
        var depth = 0;
        while (at < text.Length)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (depth > 0 && SkipOpaque(text, at) is var end && end > at)
            {
                at = end;
                continue;
            }

            if (depth == 0 && text[at] == '"' && !(verbatim && next == '"')) return at + 1;
            var pair = depth == 0 && ((text[at] is '{' or '}' && next == text[at])
                || (verbatim && text[at] == '"') || (!verbatim && text[at] == '\\'));
            if (!pair && text[at] == '{') depth++;
            if (!pair && text[at] == '}') depth--;
            at += pair ? 2 : 1;
        }

        return text.Length;
    }

    private static int IndexAfter(string text, string mark, int at) =>
        text.IndexOf(mark, at, StringComparison.Ordinal) is var found and >= 0 ? found + mark.Length : text.Length;

    [GeneratedRegex("""\G(?<marks>[$@]*)(?<quotes>"{3,}|")""")]
    private static partial Regex OpeningQuote();
}
