using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace CustomerFunctions.Exports.Domain;

/// <summary>
/// A workbook: a zip file of XML whose sheets are made of blocks. A block is compressed by itself up to a byte's end
/// (deflate allows to go on from there), so a sheet is its blocks one after the other between a beginning and an end,
/// and only the sum of them all is told in the header. What goes beyond one sheet is in the next.
/// </summary>
/// <param name="name">What sheets are called.</param>
/// <param name="rowsOfSheetMax">Most rows of one sheet, without its header.</param>
/// <param name="blockRowsMax">Most rows of one block: a sheet ends between blocks.</param>
public sealed class XlsxFormat(
    string name, long rowsOfSheetMax = XlsxFormat.RowsOfSheetMax, long blockRowsMax = XlsxFormat.RowsOfBlockMax)
    : FileFormat
{
    /// <summary>Source: Excel's limit of 1,048,576 rows, of which one is the header.</summary>
    public const long RowsOfSheetMax = 1_048_575;

    /// <summary>So many rows make some 30 MB of XML.</summary>
    public const long RowsOfBlockMax = 50_000;

    /// <summary>Most bytes of one sheet before compression: the zip file's 4 GiB, less a block and more.</summary>
    private const long SheetBytesMax = uint.MaxValue - (256L * 1024 * 1024);

    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private const string Namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string TypePrefix = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

    /// <summary>Ends a deflate stream: an empty last block of RFC 1951, 3.2.6.</summary>
    private static readonly byte[] LastBlock = [0x03, 0x00];

    /// <inheritdoc/>
    public override string Extension => ".xlsx";

    /// <inheritdoc/>
    public override string ContentType => TypePrefix + "sheet";

    /// <inheritdoc/>
    public override bool NeedsFigures => true;

    /// <inheritdoc/>
    public override long BlockRowsMax => blockRowsMax;

    /// <inheritdoc/>
    public override void AppendRow(
        StringBuilder to, IReadOnlyList<ExportColumn> columns, IReadOnlyList<string?> cells) =>
        SheetText.AppendRow(to, columns, cells);

    /// <inheritdoc/>
    public override Stream Open(Stream block) => new DeflateStream(block, CompressionLevel.Optimal, leaveOpen: true);

    // What is disposed after that writes an end, which is not taken.
    /// <inheritdoc/>
    public override void Seal(Stream opened) => opened.Flush();

    /// <inheritdoc/>
    public override IEnumerable<FilePiece> Compose(
        IReadOnlyList<ExportColumn> columns, IReadOnlyList<StagedPart> parts)
    {
        var (sheets, zip) = (Sheets(parts), new ZipFrame());
        foreach (var (path, text) in Workbook(sheets.Count))
            yield return new FilePiece(zip.Whole(path, Encoding.UTF8.GetBytes(Declaration + text)));
        for (var i = 0; i < sheets.Count; i++)
        {
            var (head, sum) = Fragment(Beginning(columns));
            var (tail, end) = Fragment("</sheetData></worksheet>");
            sum = sheets[i].Select(b => b.Figures).Append(end).Aggregate(sum, Plus);
            sum = sum with { Bytes = sum.Bytes + LastBlock.Length };
            yield return new FilePiece((byte[])[.. zip.Header(Path(i), sum), .. head]);
            foreach (var block in sheets[i]) yield return block.Piece;
            yield return new FilePiece((byte[])[.. tail, .. LastBlock]);
        }

        yield return new FilePiece(zip.Directory());
    }

    private List<List<(FilePiece Piece, BlockFigures Figures)>> Sheets(IReadOnlyList<StagedPart> parts)
    {
        List<List<(FilePiece, BlockFigures)>> sheets = [[]];
        var (rows, bytes) = (0L, 0L);
        foreach (var piece in BlocksOf(parts))
        {
            var figures = piece.Part!.Figures[piece.Block];
            if (rows + figures.Rows > rowsOfSheetMax || bytes + figures.PlainBytes > SheetBytesMax)
            {
                sheets.Add([]);
                (rows, bytes) = (0, 0);
            }

            sheets[^1].Add((piece, figures));
            (rows, bytes) = (rows + figures.Rows, bytes + figures.PlainBytes);
        }

        return sheets;
    }

    private static BlockFigures Plus(BlockFigures first, BlockFigures second) => new(
        first.Rows + second.Rows, first.Bytes + second.Bytes, first.PlainBytes + second.PlainBytes,
        CrcSum.Combine(first.Crc, second.Crc, second.PlainBytes));

    private (byte[] Bytes, BlockFigures Figures) Fragment(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        using var block = new MemoryStream();
        using var opened = Open(block);
        opened.Write(plain);
        Seal(opened);
        var bytes = block.ToArray();
        return (bytes, new BlockFigures(0, bytes.Length, plain.Length, Crc32.HashToUInt32(plain)));
    }

    // The header stays in sight.
    private static string Beginning(IReadOnlyList<ExportColumn> columns)
    {
        var text = new StringBuilder(Declaration).Append("<worksheet xmlns=\"").Append(Namespace).Append("\">")
            .Append("<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" ")
            .Append("activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><sheetData>");
        SheetText.AppendRow(text, [.. columns.Select(c => c with { IsNumber = false })],
            [.. columns.Select(c => c.Name)]);
        return text.ToString();
    }

    private static string Path(int sheet) => $"xl/worksheets/sheet{sheet + 1}.xml";

    private IEnumerable<(string Path, string Text)> Workbook(int sheets)
    {
        var numbers = Enumerable.Range(0, sheets).ToList();
        yield return ("[Content_Types].xml", $"<Types xmlns=\"{Package}/content-types\">"
            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + $"<Override PartName=\"/xl/workbook.xml\" ContentType=\"{TypePrefix}sheet.main+xml\"/>"
            + $"<Override PartName=\"/xl/styles.xml\" ContentType=\"{TypePrefix}styles+xml\"/>"
            + string.Concat(numbers.Select(
                i => $"<Override PartName=\"/{Path(i)}\" ContentType=\"{TypePrefix}worksheet+xml\"/>"))
            + "</Types>");
        yield return ("_rels/.rels", Relations($"<Relationship Id=\"rId1\" Type=\"{Office}/officeDocument\" "
            + "Target=\"xl/workbook.xml\"/>"));
        yield return ("xl/workbook.xml", $"<workbook xmlns=\"{Namespace}\" xmlns:r=\"{Office}\"><sheets>"
            + string.Concat(numbers.Select(
                i => $"<sheet name=\"{SheetName(i)}\" sheetId=\"{i + 1}\" r:id=\"rId{i + 1}\"/>"))
            + "</sheets></workbook>");
        yield return ("xl/_rels/workbook.xml.rels", Relations(string.Concat(numbers.Select(
                i => $"<Relationship Id=\"rId{i + 1}\" Type=\"{Office}/worksheet\" "
                    + $"Target=\"worksheets/sheet{i + 1}.xml\"/>"))
            + $"<Relationship Id=\"rId{sheets + 1}\" Type=\"{Office}/styles\" Target=\"styles.xml\"/>"));
        yield return ("xl/styles.xml", Styles);
    }

    private string SheetName(int sheet) => sheet == 0 ? name : $"{name} {sheet + 1}";

    private static string Relations(string relations) =>
        $"<Relationships xmlns=\"{Package}/relationships\">{relations}</Relationships>";

    // Style 1 is text (49, "@"): whoever edits such a cell still makes no formula of it.
    private const string Styles = $"<styleSheet xmlns=\"{Namespace}\">"
        + "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
        + "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
        + "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
        + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
        + "<cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
        + "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>"
        + "</styleSheet>";
}
