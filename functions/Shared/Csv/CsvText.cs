using System.Text;

namespace CustomerFunctions.Shared.Csv;

/// <summary>
/// Writes CSV for spreadsheets and programs alike: RFC 4180, comma, CRLF, UTF-8. Cells that a spreadsheet would take
/// for a formula get a leading apostrophe; phones in E.164 and plain numbers are left as they are.
/// </summary>
public static class CsvText
{
    /// <summary>How CSV is sent. Spreadsheets take it for UTF-8 only with the byte order mark, so files begin with one.
    /// </summary>
    public const string ContentType = "text/csv; charset=utf-8";

    /// <summary>Digits of the longest number that a spreadsheet still reads exactly.</summary>
    private const int NumberDigitsMax = 15;

    /// <summary>The bytes that a file begins with.</summary>
    public static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Appends one record with its line end.</summary>
    public static void AppendRecord(StringBuilder to, params IEnumerable<string?> cells)
    {
        var first = true;
        foreach (var cell in cells)
        {
            if (!first) to.Append(',');
            AppendCell(to, Safe(cell ?? ""));
            first = false;
        }

        to.Append("\r\n");
    }

    /// <summary>The cell as it is safe in a spreadsheet.</summary>
    public static string Safe(string cell) =>
        cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !IsPhone(cell) && !IsNumber(cell)
            ? "'" + cell
            : cell;

    private static bool IsPhone(string cell) =>
        cell.Length is >= 8 and <= 16 && cell[0] == '+' && cell[1] != '0'
            && cell.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsNumber(string cell)
    {
        if (cell.Length < 2 || cell[0] is not ('+' or '-')) return false;
        var point = cell.IndexOf('.', StringComparison.Ordinal);
        var whole = cell.AsSpan(1, (point < 0 ? cell.Length : point) - 1);
        var rest = point < 0 ? [] : cell.AsSpan(point + 1);
        return whole.Length is > 0 and <= NumberDigitsMax && whole.IndexOfAnyExceptInRange('0', '9') < 0
            && rest.Length <= NumberDigitsMax && rest.IndexOfAnyExceptInRange('0', '9') < 0
            && (point < 0 || rest.Length > 0);
    }

    private static void AppendCell(StringBuilder to, string cell)
    {
        if (cell.AsSpan().IndexOfAny(",\"\r\n") < 0 && !cell.StartsWith(' ') && !cell.EndsWith(' ')) to.Append(cell);
        else to.Append('"').Append(cell.Replace("\"", "\"\"")).Append('"');
    }
}
