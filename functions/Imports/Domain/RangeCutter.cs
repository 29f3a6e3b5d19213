using System.Buffers;

namespace CustomerFunctions.Imports.Domain;

/// <summary>Cuts a file into ranges at the ends of records, in one pass with a bounded buffer: fill
/// <see cref="Free"/>, tell how much came, until nothing comes.</summary>
public sealed class RangeCutter
{
    /// <summary>Bytes of a range, about. A range is one activity's work and lies in memory whole.</summary>
    public const int RangeBytes = 4 * 1024 * 1024;

    private readonly RecordScanner _scanner;
    private readonly List<FileRange> _ranges = [];
    private readonly int _rangeBytes;
    private readonly byte[] _bytes;
    private readonly char[] _units;
    private long _offset;
    private int _held;
    private int _line;

    /// <summary>A cutter for the data of a file. <paramref name="rangeBytes"/> is for tests.</summary>
    public RangeCutter(FileShape shape, int rangeBytes = RangeBytes)
    {
        (Encoding, _scanner) = (shape.Encoding, new RecordScanner(shape.Separator));
        (_offset, _line, _rangeBytes) = (shape.DataOffset, 1 + shape.HeaderLines, rangeBytes);
        _bytes = new byte[rangeBytes + (2 * RecordScanner.RecordUnitsMax * shape.Encoding.UnitBytes())];
        _units = new char[_bytes.Length];
    }

    /// <summary>Where the next bytes of the file go.</summary>
    public Memory<byte> Free => _bytes.AsMemory(_held);

    /// <summary>The ranges so far.</summary>
    public IReadOnlyList<FileRange> Ranges => _ranges;

    /// <summary>Records so far, blank lines left out.</summary>
    public long Rows { get; private set; }

    /// <summary>What the file is written in, as far as can be told by now.</summary>
    public FileEncoding Encoding { get; private set; }

    /// <summary>Takes the bytes that came; fewer than were free means that the file has ended. False at its end.
    /// </summary>
    public bool Take(int count)
    {
        var last = count < Free.Length;
        _held += count;
        int taken;
        do
        {
            taken = Cut(_bytes.AsSpan(0, _held), last);
            _bytes.AsSpan(taken, _held - taken).CopyTo(_bytes);
            _held -= taken;
        }
        while (last && taken > 0);

        return !last;
    }

    private int Cut(ReadOnlySpan<byte> bytes, bool last)
    {
        var units = _units.AsSpan(0, Encoding.ToUnits(bytes, _units));
        var (at, lines, whole) = (0, 0, true);
        while (at < units.Length && (at * Encoding.UnitBytes() < _rangeBytes || !whole))
        {
            if (_scanner.Read(units[at..], last) is not { } record) break;
            whole = record.Lines > 0;
            if (IsRow(units.Slice(at, record.Length), record)) Rows++;
            (at, lines) = (at + record.Length, lines + record.Lines);
        }

        if (at == 0) return 0;
        var length = at * Encoding.UnitBytes();
        if (Encoding == FileEncoding.Ascii) Encoding = FileText.Tell(bytes[..length]);
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
/// <param name="Cells">Its cells unquoted, null where bytes are no text; one cell, the raw line cut short, when it
/// could not be split.</param>
/// <param name="Fault">Why it could not be split.</param>
public sealed record RangeRecord(int Line, IReadOnlyList<string?> Cells, RecordFault Fault);

/// <summary>Reads the records of one range.</summary>
public static class RangeReader
{
    private const int RawLengthMax = 1000;

    /// <summary>The records in their order, those with only blank cells left out.</summary>
    public static IEnumerable<RangeRecord> Read(byte[] bytes, FileEncoding encoding, char separator, int firstLine)
    {
        var units = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
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
        finally
        {
            ArrayPool<char>.Shared.Return(units);
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

        var spans = scanner.Cells;
        var cells = new string?[spans.Length];
        var isBlank = true;
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = cells[i] = encoding.Cell(raw, text, spans[i]);
            isBlank = isBlank && cell is not null && string.IsNullOrWhiteSpace(cell);
        }

        return isBlank ? null : new RangeRecord(line, cells, found.Fault);
    }
}
