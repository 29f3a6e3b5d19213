using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace CustomerFunctions.Imports.Domain;

/// <summary>How a file's bytes become text.</summary>
public enum FileEncoding
{
    /// <summary>Only ASCII so far: the first other byte will tell.</summary>
    Ascii,

    /// <summary>UTF-8.</summary>
    Utf8,

    /// <summary>What spreadsheets on Windows wrote before they knew UTF-8.</summary>
    Windows1252,

    /// <summary>UTF-16, low byte first: a spreadsheet's "Unicode text".</summary>
    Utf16Little,

    /// <summary>UTF-16, high byte first.</summary>
    Utf16Big,
}

/// <summary>Bytes as the units that <see cref="RecordScanner"/> works on, and cells as text.</summary>
public static class FileText
{
    private static readonly Encoding Windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Bytes of one unit.</summary>
    public static int UnitBytes(this FileEncoding encoding) =>
        encoding is FileEncoding.Utf16Little or FileEncoding.Utf16Big ? 2 : 1;

    /// <summary>Fills <paramref name="units"/> from bytes; answers how many. A last odd byte is left out.</summary>
    public static int ToUnits(this FileEncoding encoding, ReadOnlySpan<byte> bytes, Span<char> units)
    {
        if (encoding.UnitBytes() == 1) return Encoding.Latin1.GetChars(bytes, units);
        var pairs = MemoryMarshal.Cast<byte, char>(bytes[..(bytes.Length & ~1)]);
        pairs.CopyTo(units);
        if (encoding == FileEncoding.Utf16Big)
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(
                MemoryMarshal.Cast<char, ushort>(units[..pairs.Length]), MemoryMarshal.Cast<char, ushort>(units));
        return pairs.Length;
    }

    /// <summary>A cell's text, unquoted; null when its bytes are no text in this encoding.</summary>
    public static string? Cell(
        this FileEncoding encoding, ReadOnlySpan<byte> bytes, ReadOnlySpan<char> units, CellSpan cell)
    {
        var text = units.Slice(cell.Start, cell.Length);
        if (encoding.UnitBytes() == 2) return Whole(text) is { } whole ? Unquote(whole) : null;
        // Most cells are ASCII, whose units are the text already.
        if (Ascii.IsValid(text)) return Unquote(text);
        var raw = Decode(encoding, bytes.Slice(cell.Start, cell.Length));
        return raw is null ? null : Unquote(raw);
    }

    /// <summary>What bytes other than ASCII say of the encoding; <see cref="FileEncoding.Ascii"/> when there are none.
    /// </summary>
    public static FileEncoding Tell(ReadOnlySpan<byte> wholeLines) =>
        Ascii.IsValid(wholeLines) ? FileEncoding.Ascii
        : Utf8.IsValid(wholeLines) ? FileEncoding.Utf8
        : FileEncoding.Windows1252;

    /// <summary>A cell without its quotes, doubled ones halved.</summary>
    public static string Unquote(ReadOnlySpan<char> raw)
    {
        if (raw.Length == 0 || raw[0] != '"') return raw.ToString();
        if (raw.Length > 1 && raw[1..].IndexOf('"') == raw.Length - 2) return raw[1..^1].ToString();
        var text = new StringBuilder(raw.Length);
        for (var at = 1; at < raw.Length; at++)
        {
            if (raw[at] != '"') text.Append(raw[at]);
            else if (at + 1 < raw.Length && raw[at + 1] == '"') text.Append(raw[++at]);
            else return text.Append(raw[(at + 1)..]).ToString();
        }

        return text.ToString();
    }

    private static string? Decode(FileEncoding encoding, ReadOnlySpan<byte> bytes)
    {
        if (encoding == FileEncoding.Windows1252) return Windows.GetString(bytes);
        return Utf8.IsValid(bytes) ? Strict.GetString(bytes) : null;
    }

    private static string? Whole(ReadOnlySpan<char> units)
    {
        for (var at = 0; at < units.Length; at++)
        {
            if (!char.IsSurrogate(units[at])) continue;
            if (at + 1 == units.Length || !char.IsSurrogatePair(units[at], units[at + 1])) return null;
            at++;
        }

        return units.ToString();
    }
}
