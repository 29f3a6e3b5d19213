namespace CustomerFunctions.Imports.Domain;

/// <summary>Email addresses as files hold them.</summary>
public static class EmailText
{
    private const int LengthMax = 254;

    /// <summary>The address in <c>Name &lt;MAIL@X&gt;</c>, <c>mailto:mail@x</c>, <c>'mail@x</c>.</summary>
    public static string Unwrap(string cell)
    {
        var text = cell.Trim().TrimStart('\'').Trim();
        var open = text.LastIndexOf('<');
        if (open >= 0 && text.EndsWith('>')) text = text[(open + 1)..^1].Trim();
        if (text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) text = text[7..].Trim();
        var query = text.IndexOf('?', StringComparison.Ordinal);
        return query > 0 && cell.Contains("mailto:", StringComparison.OrdinalIgnoreCase) ? text[..query] : text;
    }

    /// <summary>True for one local part, one sign, and a domain with a dot or without, no blanks.</summary>
    public static bool IsAddress(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > 64 || text.Length > LengthMax || at != text.LastIndexOf('@')) return false;
        var domain = text.AsSpan(at + 1);
        return !domain.IsEmpty && domain[0] is not ('.' or '-') && domain[^1] is not ('.' or '-')
            && !domain.Contains("..", StringComparison.Ordinal)
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or '(' or ')' or ',' or ';' or '"');
    }
}
