using System.Runtime.InteropServices;

namespace CustomerFunctions.Imports.Domain;

/// <summary>One cell's place in the text, with its quotes.</summary>
public readonly record struct CellSpan(int Start, int Length);

/// <summary>Why a record cannot be split into cells.</summary>
public enum RecordFault
{
    /// <summary>It can.</summary>
    None,

    /// <summary>A quote opens that nothing closes within the limit: the line is set aside, and reading goes on with the
    /// next one.</summary>
    UnclosedQuote,

    /// <summary>A line over the limit.</summary>
    TooLong,

    /// <summary>The rest of a line over the limit; part of the record before.</summary>
    Rest,
}

/// <summary>What was found.</summary>
/// <param name="Length">Units that it takes, its line break included.</param>
/// <param name="Lines">Physical lines that end in it.</param>
/// <param name="Fault">What is wrong with it.</param>
public readonly record struct ScannedRecord(int Length, int Lines, RecordFault Fault);

/// <summary>
/// Finds where CSV records and their cells end. The pass that cuts a file into ranges and the activities that read the
/// ranges share this one definition, so that they can never disagree. RFC 4180, read leniently: a quote opens a quoted
/// cell only at the cell's beginning; what follows a closing quote belongs to the cell; CRLF, LF and CR end a line.
/// It works on units: UTF-16 code units, or bytes widened to characters for every encoding that keeps ASCII as it is.
/// </summary>
public sealed class RecordScanner(char separator)
{
    /// <summary>Longest record in units: a stray quote must not swallow a file.</summary>
    public const int RecordUnitsMax = 256 * 1024;

    private readonly List<CellSpan> _cells = new(capacity: 16);
    private bool _skipping;

    /// <summary>The cells of the record that <see cref="Read"/> found last; good until it is called again.</summary>
    public ReadOnlySpan<CellSpan> Cells => CollectionsMarshal.AsSpan(_cells);

    /// <summary>The record at the beginning of the text; null when more text is needed to tell.
    /// <paramref name="last"/>: nothing follows this text.</summary>
    public ScannedRecord? Read(ReadOnlySpan<char> text, bool last)
    {
        _cells.Clear();
        if (_skipping) return ReadRest(text, last);
        var cut = text.Length > RecordUnitsMax;
        var window = cut ? text[..RecordUnitsMax] : text;
        var place = new Place();
        while (ReadCell(window, last && !cut, ref place))
        {
            if (place.At == window.Length || window[place.At] != separator)
                return EndOfRecord(window, last && !cut, place) ?? (cut ? Overlong(place) : null);
            place.At++;
        }

        if (last && !cut) return Unclosed(window.Length, place);
        return cut || window.Length == RecordUnitsMax ? Overlong(place) : null;
    }

    /// <summary>Length of the line break at a place: 1 or 2; 0 when that cannot be told yet.</summary>
    private static int LineBreak(ReadOnlySpan<char> text, int at, bool last)
    {
        if (text[at] == '\n') return 1;
        if (at + 1 < text.Length) return text[at + 1] == '\n' ? 2 : 1;
        return last ? 1 : 0;
    }

    /// <summary>Moves to the end of one cell; false when the text ends before.</summary>
    private bool ReadCell(ReadOnlySpan<char> text, bool last, ref Place place)
    {
        var start = place.At;
        if (start < text.Length && text[start] == '"' && !SkipQuoted(text, last, ref place)) return false;
        var length = text[place.At..].IndexOfAny(separator, '\r', '\n');
        if (length < 0 && !last) return false;
        place.At = length < 0 ? text.Length : place.At + length;
        _cells.Add(new CellSpan(start, place.At - start));
        return true;
    }

    private static bool SkipQuoted(ReadOnlySpan<char> text, bool last, ref Place place)
    {
        for (var at = place.At + 1; ;)
        {
            var next = text[at..].IndexOfAny('"', '\r', '\n');
            if (next < 0) return false;
            at += next;
            if (text[at] == '"')
            {
                if (at + 1 == text.Length && !last) return false;
                place.At = at + 1;
                if (place.At == text.Length || text[place.At] != '"') return true;
                at += 2;
                continue;
            }

            var lineBreak = LineBreak(text, at, last);
            if (lineBreak == 0) return false;
            at += lineBreak;
            place.Lines++;
            if (place.FirstLineEnd == 0) place.FirstLineEnd = at;
        }
    }

    private static ScannedRecord? EndOfRecord(ReadOnlySpan<char> text, bool last, Place place)
    {
        if (place.At == text.Length) return new ScannedRecord(place.At, place.Lines + 1, RecordFault.None);
        var lineBreak = LineBreak(text, place.At, last);
        return lineBreak == 0 ? null : new ScannedRecord(place.At + lineBreak, place.Lines + 1, RecordFault.None);
    }

    private ScannedRecord Unclosed(int length, Place place)
    {
        _cells.Clear();
        return place.FirstLineEnd > 0
            ? new ScannedRecord(place.FirstLineEnd, 1, RecordFault.UnclosedQuote)
            : new ScannedRecord(length, 1, RecordFault.UnclosedQuote);
    }

    private ScannedRecord Overlong(Place place)
    {
        if (place.FirstLineEnd > 0) return Unclosed(RecordUnitsMax, place);
        _cells.Clear();
        _skipping = true;
        return new ScannedRecord(RecordUnitsMax, 0, RecordFault.TooLong);
    }

    private ScannedRecord? ReadRest(ReadOnlySpan<char> text, bool last)
    {
        var at = text.IndexOfAny('\r', '\n');
        if (at < 0 && !last) return text.IsEmpty ? null : new ScannedRecord(text.Length, 0, RecordFault.Rest);
        _skipping = false;
        if (at < 0) return new ScannedRecord(text.Length, 1, RecordFault.Rest);
        var lineBreak = LineBreak(text, at, last);
        if (lineBreak > 0) return new ScannedRecord(at + lineBreak, 1, RecordFault.Rest);
        _skipping = true;
        return at == 0 ? null : new ScannedRecord(at, 0, RecordFault.Rest);
    }

    private struct Place
    {
        public int At;
        public int Lines;
        public int FirstLineEnd;
    }
}
