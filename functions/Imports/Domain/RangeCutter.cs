namespace CustomerFunctions.Imports.Domain;

/// <summary>Cuts a file into ranges at the ends of records, in one pass with a bounded buffer.</summary>
public sealed class RangeCutter(FileEncoding encoding, char separator, long dataOffset, int firstLine)
{
    /// <summary>Bytes of a range, about. A range is one activity's work and lies in memory whole.</summary>
    public const int RangeBytes = 4 * 1024 * 1024;

    private readonly RecordScanner _scanner = new(separator);
    private readonly List<FileRange> _ranges = [];
    private FileEncoding _encoding = encoding;
    private long _offset = dataOffset;
    private int _line = firstLine;
    private long _rows;

    /// <summary>The ranges of the stream, which begins at the data's first byte. <paramref name="rangeBytes"/> is for
    /// tests.</summary>
    public async Task<(IReadOnlyList<FileRange> Ranges, long Rows, FileEncoding Encoding)> CutAsync(
        Stream data, CancellationToken cancel, int rangeBytes = RangeBytes)
    {
        var bytes = new byte[rangeBytes + (2 * RecordScanner.RecordUnitsMax * _encoding.UnitBytes())];
        var units = new char[bytes.Length];
        for (var (held, last) = (0, false); !last || held > 0;)
        {
            held += await data.ReadAtLeastAsync(bytes.AsMemory(held), bytes.Length - held, false, cancel);
            last = held < bytes.Length;
            var taken = Cut(bytes.AsSpan(0, held), units, last, rangeBytes);
            bytes.AsSpan(taken, held - taken).CopyTo(bytes);
            held -= taken;
            if (last && taken == 0) break;
        }

        return (_ranges, _rows, _encoding);
    }

    private int Cut(ReadOnlySpan<byte> bytes, char[] buffer, bool last, int rangeBytes)
    {
        var units = buffer.AsSpan(0, _encoding.ToUnits(bytes, buffer));
        var (at, lines, whole) = (0, 0, true);
        while (at < units.Length && (at * _encoding.UnitBytes() < rangeBytes || !whole))
        {
            if (_scanner.Read(units[at..], last) is not { } record) break;
            whole = record.Lines > 0;
            if (IsRow(units.Slice(at, record.Length), record)) _rows++;
            (at, lines) = (at + record.Length, lines + record.Lines);
        }

        if (at == 0) return 0;
        var length = at * _encoding.UnitBytes();
        if (_encoding == FileEncoding.Ascii) _encoding = FileText.Tell(bytes[..length]);
        _ranges.Add(new FileRange(_offset, length, _line));
        (_offset, _line) = (_offset + length, _line + lines);
        return length;
    }

    private bool IsRow(ReadOnlySpan<char> text, ScannedRecord record)
    {
        if (record.Fault == RecordFault.Rest) return false;
        if (record.Fault != RecordFault.None) return true;
        foreach (var cell in _scanner.Cells)
            if (text.Slice(cell.Start, cell.Length).ContainsAnyExcept(" \t\"")) return true;
        return false;
    }
}

/// <summary>One record of a range.</summary>
/// <param name="Line">The physical line on which it begins.</param>
/// <param name="Cells">Its cells unquoted, null where bytes are no text; one cell, the raw line cut short, when it could
/// not be split.</param>
/// <param name="Fault">Why it could not be split.</param>
public sealed record RangeRecord(int Line, IReadOnlyList<string?> Cells, RecordFault Fault);

/// <summary>Reads the records of one range.</summary>
public static class RangeReader
{
    private const int RawLengthMax = 1000;

    /// <summary>The records in their order, those with only blank cells left out.</summary>
    public static IEnumerable<RangeRecord> Read(byte[] bytes, FileEncoding encoding, char separator, int firstLine)
    {
        var units = new char[bytes.Length];
        var count = encoding.ToUnits(bytes, units);
        var scanner = new RecordScanner(separator);
        for (var (at, line) = (0, firstLine); at < count;)
        {
            if (scanner.Read(units.AsSpan(at, count - at), last: true) is not { } found) yield break;
            var record = Record(bytes, units, encoding, scanner, at, found, line);
            if (record is not null) yield return record;
            at += found.Length;
            line += found.Lines;
        }
    }

    private static RangeRecord? Record(
        byte[] bytes, char[] units, FileEncoding encoding, RecordScanner scanner, int at, ScannedRecord found, int line)
    {
        if (found.Fault == RecordFault.Rest) return null;
        var raw = bytes.AsSpan(at * encoding.UnitBytes());
        var text = units.AsSpan(at, found.Length);
        if (found.Fault != RecordFault.None)
        {
            var shown = text[..Math.Min(text.Length, RawLengthMax)].TrimEnd("\r\n").Length;
            return new RangeRecord(line, [encoding.Cell(raw, text, new CellSpan(0, shown))], found.Fault);
        }

        var cells = new string?[scanner.Cells.Count];
        for (var i = 0; i < cells.Length; i++) cells[i] = encoding.Cell(raw, text, scanner.Cells[i]);
        return cells.All(c => c is not null && string.IsNullOrWhiteSpace(c)) ? null : new RangeRecord(line, cells, found.Fault);
    }
}
