using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;

namespace CustomerFunctions.Imports.Stages;

/// <summary>Reads one range: rows that pass are spooled by hash of their match key, the others set aside.</summary>
public sealed class ReadStage(ImportFiles files, WorkBlobs work, ImportKinds kinds)
{
    /// <summary>Blobs of spooled rows, one a range, a section for each partition.</summary>
    public const string Rows = "rows";

    /// <summary>Blobs of rows that cannot be read, one a range.</summary>
    public const string Bad = "bad";

    /// <summary>Answers how many rows were read and how many of them rejected.</summary>
    public async Task<ImportCounts> RunAsync(ImportRecord import, ImportPiece piece, CancellationToken cancel)
    {
        var range = await work.ReadRangeAsync(piece.ImportId, piece.Number, cancel);
        var bytes = await files.ReadAsync(import.Source!, range, cancel);
        var shape = import.Shape!;
        var reader = kinds.Of(import).Reader(import);
        var sections = WorkBlobs.Sections(piece.Partitions);
        var bad = work.WriteFrames(piece.ImportId, Bad, piece.Number);
        var counts = ImportCounts.None;
        foreach (var record in RangeReader.Read(bytes, piece.Encoding, shape.Separator, range.FirstLine))
        {
            var (keys, fault) = record.Fault == RecordFault.None ? reader.Read(record.Cells) : (null, FaultOf(record));
            string[] cells = [.. record.Cells.Select(c => c ?? "")];
            counts = counts with { RowsRead = counts.RowsRead + 1 };
            if (keys is not null)
            {
                sections[keys.Match.Partition(piece.Partitions)].Add(new SpooledRow(record.Line, keys, cells).Write);
                continue;
            }

            counts = counts with { Rejected = counts.Rejected + 1 };
            var rejected = new RejectedRow(record.Line, fault!.Column, fault.Code, fault.Reason, cells);
            await bad.AddAsync(rejected.Write, cancel);
        }

        await bad.CommitAsync(cancel);
        await work.WriteSectionsAsync(piece.ImportId, Rows, piece.Number, sections, cancel);
        return counts;
    }

    /// <summary>Why a record could not be split into cells.</summary>
    public static RowFault FaultOf(RangeRecord record) => record.Fault == RecordFault.UnclosedQuote
        ? new RowFault("", "unclosed-quote", "A quote opens that is never closed.")
        : new RowFault("", "line-too-long", $"It is longer than {RecordScanner.RecordUnitsMax} characters.");
}
