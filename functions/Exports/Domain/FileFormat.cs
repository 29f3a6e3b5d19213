using System.IO.Compression;
using System.Text;
using CustomerFunctions.Shared.Csv;

namespace CustomerFunctions.Exports.Domain;

/// <summary>A column of a file.</summary>
/// <param name="Name">Its header.</param>
/// <param name="IsNumber">True when its cells are numbers to calculate with; phones and ids are not.</param>
public sealed record ExportColumn(string Name, bool IsNumber = false);

/// <summary>A piece of a file: bytes, or a block that a part staged.</summary>
/// <param name="Bytes">The bytes; empty for a block.</param>
/// <param name="Part">Whose block; null for bytes.</param>
/// <param name="Block">Which block of the part.</param>
public readonly record struct FilePiece(ReadOnlyMemory<byte> Bytes, StagedPart? Part = null, int Block = 0);

/// <summary>
/// How rows become a file whose blocks are made side by side, by whoever reads the rows, and only put one after the
/// other at the end: nothing is read twice, and memory holds one block. The same rows always make the same bytes.
/// </summary>
public abstract class FileFormat
{
    /// <summary>CSV.</summary>
    public const string Csv = "csv";

    /// <summary>A workbook of Excel.</summary>
    public const string Xlsx = "xlsx";

    /// <summary>All formats.</summary>
    public static IReadOnlyList<string> Names { get; } = [Csv, Xlsx];

    /// <summary>How the file's name ends, with the dot.</summary>
    public abstract string Extension { get; }

    /// <summary>How the file is sent.</summary>
    public abstract string ContentType { get; }

    /// <summary>True when the file is compressed.</summary>
    public virtual bool IsCompressed => true;

    /// <summary>True when <see cref="Compose"/> needs to know what each block holds.</summary>
    public virtual bool NeedsFigures => false;

    /// <summary>Most rows of one block.</summary>
    public virtual long BlockRowsMax => long.MaxValue;

    /// <summary>The format of an order.</summary>
    public static FileFormat Of(ExportOrder order) => order.Format == Xlsx ? new XlsxFormat(order.Kind)
        : order.Compress ? new GzipFormat()
        : new CsvFormat();

    /// <summary>Appends one row.</summary>
    public abstract void AppendRow(
        StringBuilder to, IReadOnlyList<ExportColumn> columns, IReadOnlyList<string?> cells);

    /// <summary>What a block is written through; <see cref="Seal"/> ends it.</summary>
    public abstract Stream Open(Stream block);

    /// <summary>Ends a block so that another may follow it.</summary>
    public abstract void Seal(Stream opened);

    /// <summary>The file of all that was staged, piece by piece.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="parts">The parts in their order.</param>
    public abstract IEnumerable<FilePiece> Compose(
        IReadOnlyList<ExportColumn> columns, IReadOnlyList<StagedPart> parts);

    /// <summary>The blocks of all parts, in order.</summary>
    protected static IEnumerable<FilePiece> BlocksOf(IEnumerable<StagedPart> parts) =>
        parts.SelectMany(p => Enumerable.Range(0, p.Blocks).Select(b => new FilePiece(default, p, b)));
}

/// <summary>CSV as <see cref="CsvText"/> writes it, with a byte order mark.</summary>
public class CsvFormat : FileFormat
{
    /// <inheritdoc/>
    public override string Extension => ".csv";

    /// <inheritdoc/>
    public override string ContentType => CsvText.ContentType;

    /// <inheritdoc/>
    public override bool IsCompressed => false;

    /// <inheritdoc/>
    public override void AppendRow(
        StringBuilder to, IReadOnlyList<ExportColumn> columns, IReadOnlyList<string?> cells) =>
        CsvText.AppendRecord(to, cells);

    /// <inheritdoc/>
    public override Stream Open(Stream block) => block;

    /// <inheritdoc/>
    public override void Seal(Stream opened)
    {
    }

    /// <inheritdoc/>
    public override IEnumerable<FilePiece> Compose(
        IReadOnlyList<ExportColumn> columns, IReadOnlyList<StagedPart> parts)
    {
        var header = new StringBuilder();
        CsvText.AppendRecord(header, columns.Select(c => c.Name));
        using var block = new MemoryStream();
        var opened = Open(block);
        opened.Write([.. CsvText.Mark, .. Encoding.UTF8.GetBytes(header.ToString())]);
        Seal(opened);
        return BlocksOf(parts).Prepend(new FilePiece(block.ToArray()));
    }
}

/// <summary>CSV compressed by gzip: each block is a member of its own, as RFC 1952 (2.2) has it.</summary>
public sealed class GzipFormat : CsvFormat
{
    /// <inheritdoc/>
    public override string Extension => ".csv.gz";

    /// <inheritdoc/>
    public override string ContentType => "application/gzip";

    /// <inheritdoc/>
    public override bool IsCompressed => true;

    /// <inheritdoc/>
    public override Stream Open(Stream block) => new GZipStream(block, CompressionLevel.Optimal, leaveOpen: true);

    /// <inheritdoc/>
    public override void Seal(Stream opened) => opened.Dispose();
}
