using CustomerFunctions.Shared;

namespace CustomerFunctions.Imports.Domain;

/// <summary>What the beginning of a file tells of the whole.</summary>
/// <param name="Encoding">How bytes become text.</param>
/// <param name="Separator">What stands between cells: <c>, ; tab |</c>, or what a <c>sep=</c> line names.</param>
/// <param name="DataOffset">Bytes before the first record after the header.</param>
/// <param name="HeaderLines">Physical lines of the header; the first record begins on the line after. The header's own
/// first line is line 1, whatever blank or <c>sep=</c> lines precede it, as spreadsheets show it.</param>
/// <param name="Headers">The header's cells as they are, blank and repeated ones too.</param>
public sealed record FileShape(
    FileEncoding Encoding, char Separator, long DataOffset, int HeaderLines, IReadOnlyList<string> Headers);

/// <summary>Reads the beginning of a file: encoding, separator, header.</summary>
public static class FileHead
{
    /// <summary>Bytes that are looked at. The header must lie within.</summary>
    public const int BytesMax = 256 * 1024;

    /// <summary>Most columns; a limit of our own, four times what the widest known export has.</summary>
    public const int ColumnsMax = 500;

    /// <summary>Records after the header that are looked at to tell the separator.</summary>
    private const int SampleRecords = 20;

    private const string Separators = ",;\t|";

    /// <summary>The shape of a file that begins so. <paramref name="whole"/>: these bytes are the whole file.
    /// Fails with: empty-file, unusable-header.</summary>
    public static Result<FileShape> Read(ReadOnlySpan<byte> head, bool whole)
    {
        whole &= head.Length <= BytesMax;
        head = head[..Math.Min(head.Length, BytesMax)];
        var (encoding, mark) = Encoding(head);
        if (!head[mark..].ContainsAnyExcept(" \r\n\0"u8)) return ImportsErrors.EmptyFile;
        if (encoding is not { } known) return ImportsErrors.UnusableHeader("It is not a text file.");
        var units = new char[head.Length];
        var count = known.ToUnits(head[mark..], units);
        var text = units.AsSpan(0, count);
        var (start, named) = Preamble(text);
        var separator = named ?? BestSeparator(text[start..], whole);
        var scanner = new RecordScanner(separator);
        if (scanner.Read(text[start..], whole) is not { Fault: RecordFault.None } record)
            return ImportsErrors.UnusableHeader("The header line does not end within the first 256 KiB.");
        var bytes = head[(mark + (start * known.UnitBytes()))..];
        var headers = Cells(known, bytes, text[start..], scanner);
        if (Fault(headers) is { } fault) return ImportsErrors.UnusableHeader(fault);
        var offset = mark + ((start + record.Length) * known.UnitBytes());
        return new FileShape(known, separator, offset, record.Lines, headers!);
    }

    private static (FileEncoding? Encoding, int Mark) Encoding(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return (FileEncoding.Utf8, 3);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return (FileEncoding.Utf16Little, 2);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return (FileEncoding.Utf16Big, 2);
        if (head.IndexOf((byte)0) >= 0) return (Unmarked16(head), 0);
        var lastLine = head.LastIndexOf((byte)'\n');
        return (FileText.Tell(lastLine < 0 ? head : head[..(lastLine + 1)]), 0);
    }

    /// <summary>UTF-16 without a mark shows in a zero beside nearly every letter of the header.</summary>
    private static FileEncoding? Unmarked16(ReadOnlySpan<byte> head)
    {
        var looked = head[..(Math.Min(head.Length, 512) & ~1)];
        var (even, odd) = (0, 0);
        for (var at = 0; at < looked.Length; at += 2)
        {
            if (looked[at] == 0) even++;
            if (looked[at + 1] == 0) odd++;
        }

        if (odd > looked.Length / 3 && even == 0) return FileEncoding.Utf16Little;
        return even > looked.Length / 3 && odd == 0 ? FileEncoding.Utf16Big : null;
    }

    /// <summary>Blank lines and a <c>sep=;</c> line before the header.</summary>
    private static (int Start, char? Separator) Preamble(ReadOnlySpan<char> text)
    {
        char? named = null;
        for (var start = 0; ;)
        {
            var line = text[start..];
            var end = line.IndexOfAny('\r', '\n');
            var content = (end < 0 ? line : line[..end]).Trim("\" ");
            if (named is null && content.Length == 5 && content.StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
                named = content[4];
            else if (end < 0 || !content.IsEmpty) return (start, named);
            if (end < 0) return (start, named);
            start += end + (line[end] == '\r' && end + 1 < line.Length && line[end + 1] == '\n' ? 2 : 1);
        }
    }

    private static char BestSeparator(ReadOnlySpan<char> text, bool whole)
    {
        var (best, bestScore) = (',', 0.0);
        foreach (var candidate in Separators)
        {
            var score = Score(text, candidate, whole);
            if (score > bestScore) (best, bestScore) = (candidate, score);
        }

        return best;
    }

    /// <summary>Columns of the header, more so the more records have as many. Separators inside quotes do not count.
    /// </summary>
    private static double Score(ReadOnlySpan<char> text, char separator, bool whole)
    {
        var scanner = new RecordScanner(separator);
        var (columns, alike, seen) = (0, 0, 0);
        for (var at = 0; at < text.Length && seen <= SampleRecords; seen++)
        {
            if (scanner.Read(text[at..], whole) is not { } record) break;
            if (seen == 0) columns = scanner.Cells.Length;
            else if (scanner.Cells.Length == columns) alike++;
            at += record.Length;
        }

        return columns <= 1 ? 0 : columns * (1.0 + alike) / Math.Max(1, seen);
    }

    private static string[]? Cells(
        FileEncoding encoding, ReadOnlySpan<byte> bytes, ReadOnlySpan<char> text, RecordScanner scanner)
    {
        if (scanner.Cells.Length > ColumnsMax) return null;
        var cells = new string[scanner.Cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            if (encoding.Cell(bytes, text, scanner.Cells[i]) is not { } cell) return null;
            cells[i] = cell.Trim();
        }

        return cells;
    }

    private static string? Fault(string[]? headers)
    {
        if (headers is null) return $"It has more than {ColumnsMax} columns, or bytes that are no text.";
        if (headers.All(h => !h.Any(char.IsLetter))) return "The first line holds no column names.";
        if (headers.Any(h => h.Length > 255 || h.Any(c => char.IsControl(c) && c is not ('\r' or '\n'))))
            return "A column name is longer than 255 characters or not plain text.";
        return headers.Any(LooksLikeAddress)
            ? "The first line holds an email address where column names belong."
            : null;
    }

    private static bool LooksLikeAddress(string header)
    {
        var at = header.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && header.IndexOf('.', at) > at + 1 && !header.Contains(' ', StringComparison.Ordinal);
    }
}
