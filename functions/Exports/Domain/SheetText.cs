using System.Buffers;
using System.Globalization;
using System.Text;

namespace CustomerFunctions.Exports.Domain;

/// <summary>The XML of a sheet. Cells are texts that a spreadsheet never takes for a formula, or plain numbers; they
/// carry no names, their order says where they stand. Source: ECMA-376 part 1, 18.3.</summary>
public static class SheetText
{
    /// <summary>Most characters of a cell. Source: Excel's limits; what is longer is cut.</summary>
    public const int CellLengthMax = 32_767;

    /// <summary>Digits that a spreadsheet's numbers hold exactly.</summary>
    private const int NumberDigitsMax = 15;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef");
    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789.");

    /// <summary>Appends one row.</summary>
    public static void AppendRow(StringBuilder to, IReadOnlyList<ExportColumn> columns, IReadOnlyList<string?> cells)
    {
        to.Append("<row>");
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i] is not { Length: > 0 } cell) to.Append("<c/>");
            else if (columns[i].IsNumber && IsNumber(cell)) to.Append("<c><v>").Append(cell).Append("</v></c>");
            else AppendText(to, cell);
        }

        to.Append("</row>");
    }

    /// <summary>Appends a text as XML has it. Controls that XML has no place for are written <c>_x000D_</c>, as are
    /// texts that look so (ST_Xstring).</summary>
    public static void AppendEscaped(StringBuilder to, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '&') to.Append("&amp;");
            else if (c == '<') to.Append("&lt;");
            else if (c == '>') to.Append("&gt;");
            else if (c == '"') to.Append("&quot;");
            else if (c is '\t' or '\n') to.Append(c);
            else if (c < ' ' || c is '\uFFFE' or '\uFFFF' || (c == '_' && IsCode(text.AsSpan(i))))
                to.Append("_x").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture)).Append('_');
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                to.Append(c).Append(text[++i]);
            else to.Append(char.IsSurrogate(c) ? '\uFFFD' : c);
        }
    }

    private static void AppendText(StringBuilder to, string cell)
    {
        to.Append("<c s=\"1\" t=\"inlineStr\"><is><t");
        if (char.IsWhiteSpace(cell[0]) || char.IsWhiteSpace(cell[^1])) to.Append(" xml:space=\"preserve\"");
        to.Append('>');
        AppendEscaped(to, cell.Length <= CellLengthMax ? cell : cell[..CellLengthMax]);
        to.Append("</t></is></c>");
    }

    private static bool IsCode(ReadOnlySpan<char> text) => text.Length >= 7 && text[1] == 'x' && text[6] == '_'
        && text[2..6].IndexOfAnyExcept(HexDigits) < 0;

    private static bool IsNumber(string cell)
    {
        var digits = cell.AsSpan(cell[0] == '-' ? 1 : 0);
        var point = digits.IndexOf('.');
        return digits.Length > 0 && digits.Count('.') <= 1 && digits.IndexOfAnyExcept(NumberChars) < 0
            && point != 0 && point != digits.Length - 1 && digits.Length - (point < 0 ? 0 : 1) <= NumberDigitsMax;
    }
}
