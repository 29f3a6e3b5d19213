using System.Buffers;

namespace CustomerFunctions.Imports.Domain;

/// <summary>What is left of a record that is erased.</summary>
public enum ErasedRecord
{
    /// <summary>Its line breaks, so that all other records keep their line numbers.</summary>
    LineBreaks,

    /// <summary>Its first four cells and blank ones: line, column, code and reason of a rejected row.</summary>
    Verdict,
}

/// <summary>Takes records out of a range of a file.</summary>
public static class RangeErasure
{
    private const int VerdictCells = 4;

    /// <summary>The range without the records that are to go; null when there are none.</summary>
    /// <param name="bytes">The range, from record to record.</param>
    /// <param name="encoding">How its bytes are text.</param>
    /// <param name="separator">What stands between cells.</param>
    /// <param name="left">What is left of a record.</param>
    /// <param name="goes">Tells by its cells whether a record is to go; one that cannot be split is one cell.</param>
    public static byte[]? Of(
        byte[] bytes, FileEncoding encoding, char separator, ErasedRecord left, Func<IReadOnlyList<string?>, bool> goes)
    {
        var units = new char[bytes.Length];
        var count = encoding.ToUnits(bytes, units);
        var (scanner, kept, from) = (new RecordScanner(separator), new ArrayBufferWriter<byte>(), 0);
        for (var at = 0; at < count;)
        {
            if (scanner.Read(units.AsSpan(at, count - at), last: true) is not { } found) break;
            var text = units.AsSpan(at, found.Length);
            var raw = bytes.AsSpan(at * encoding.UnitBytes(), found.Length * encoding.UnitBytes());
            if (goes(CellsOf(encoding, raw, text, scanner)))
            {
                var begin = at * encoding.UnitBytes();
                kept.Write(bytes.AsSpan(from, begin - from));
                Keep(kept, raw, text, encoding.UnitBytes(), KeptUnits(left, scanner), separator);
                from = begin + raw.Length;
            }

            at += found.Length;
        }

        if (from == 0) return null;
        kept.Write(bytes.AsSpan(from));
        return kept.WrittenSpan.ToArray();
    }

    private static string?[] CellsOf(
        FileEncoding encoding, ReadOnlySpan<byte> raw, ReadOnlySpan<char> text, RecordScanner scanner)
    {
        if (scanner.Cells.Length == 0) return [encoding.Cell(raw, text, new CellSpan(0, text.Length))];
        var cells = new string?[scanner.Cells.Length];
        for (var i = 0; i < cells.Length; i++) cells[i] = encoding.Cell(raw, text, scanner.Cells[i]);
        return cells;
    }

    private static int KeptUnits(ErasedRecord left, RecordScanner scanner) =>
        left == ErasedRecord.Verdict && scanner.Cells.Length >= VerdictCells
            ? scanner.Cells[VerdictCells - 1].Start + scanner.Cells[VerdictCells - 1].Length
            : 0;

    // Behind what is kept as it is, separators outside quotes and line breaks stay.
    private static void Keep(
        ArrayBufferWriter<byte> to, ReadOnlySpan<byte> raw, ReadOnlySpan<char> text, int unitBytes, int kept,
        char separator)
    {
        to.Write(raw[..(kept * unitBytes)]);
        var quoted = false;
        for (var i = kept; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            var isBreak = text[i] is '\r' or '\n' && (kept == 0 || !quoted);
            if (isBreak || (kept > 0 && !quoted && text[i] == separator))
                to.Write(raw.Slice(i * unitBytes, unitBytes));
        }
    }
}
