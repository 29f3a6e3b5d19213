using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Tests.Imports;

namespace CustomerFunctions.Tests.Exports;

public sealed class FileFormatTests
{
    private static readonly ExportColumn[] Columns = [new("id"), new("points", IsNumber: true), new("note")];

    private static readonly string[] Oddities =
        ["=1+1", "+442079460000", " blank ", "a\"b,c", "<b>&amp;</b>", "_x0041_", "", "Zoë 😀", "two\nlines"];

    private static readonly Gen<string[]> Rows = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 6], Gen.Int[-9999, 9999],
        Gen.OneOf(
            Gen.Int[0, Oddities.Length - 1].Select(i => Oddities[i]),
            Gen.String[Gen.Char[' ', '~'], 0, 30]),
        (id, points, note) => new[] { id, $"{points}", note });

    [Fact]
    public void The_sum_of_two_texts_follows_from_the_sums_of_both() => Gen.Select(
        Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 70_000]).Sample(
            (a, b) => CrcSum.Combine(Crc32.HashToUInt32(a), Crc32.HashToUInt32(b), b.Length)
                == Crc32.HashToUInt32([.. a, .. b]),
            iter: 200);

    [Fact]
    public void A_workbook_holds_the_rows_however_they_were_cut_into_parts_and_blocks() => Gen.Select(
        Rows.Array[0, 40].Array[0, 4], Gen.Long[3, 12], Gen.Long[1, 3]).Sample(
            (parts, rowsOfSheet, rowsOfBlock) =>
            {
                var sheets = Workbook.Read(Make(new XlsxFormat("rows", rowsOfSheet, rowsOfBlock), parts));
                Assert.Equal(["rows", .. Enumerable.Range(2, sheets.Count - 1).Select(i => $"rows {i}")], sheets.Select(s => s.Name));
                Assert.All(sheets, s => Assert.Equal(["id", "points", "note"], s.Rows[0]));
                Assert.All(sheets, s => Assert.InRange(s.Rows.Count - 1, parts.Sum(p => p.Length) == 0 ? 0 : 1, rowsOfSheet));
                Assert.Equal(
                    parts.SelectMany(p => p).Select(r => $"{r[0]}|#{r[1]}|{r[2]}"),
                    sheets.SelectMany(s => s.Rows.Skip(1)).Select(r => $"{r[0]}|{r[1]}|{Unescaped(r[2])}"));
            },
            iter: 60);

    [Fact]
    public void Compressed_csv_is_the_csv_and_the_same_rows_make_the_same_bytes() =>
        Rows.Array[0, 30].Array[1, 4].Sample(
            parts =>
            {
                using var unzipped = new MemoryStream();
                using (var gzip = new GZipStream(new MemoryStream(Make(new GzipFormat(), parts)), CompressionMode.Decompress))
                    gzip.CopyTo(unzipped);
                var plain = Make(new CsvFormat(), parts);
                Assert.Equal(plain, unzipped.ToArray());
                Assert.Equal(parts.Sum(p => p.Length) + 1, Csv.Read(Encoding.UTF8.GetString(plain)).Count);
                foreach (var format in (FileFormat[])[new XlsxFormat("x"), new GzipFormat()])
                    Assert.Equal(SHA256.HashData(Make(format, parts)), SHA256.HashData(Make(format, parts)));
            },
            iter: 60);

    [Theory]
    [InlineData("12", true, "<c><v>12</v></c>")]
    [InlineData("-12.50", true, "<c><v>-12.50</v></c>")]
    [InlineData("12", false, "<c s=\"1\" t=\"inlineStr\"><is><t>12</t></is></c>")]
    [InlineData("1234567890123456", true, "<c s=\"1\" t=\"inlineStr\"><is><t>1234567890123456</t></is></c>")]
    [InlineData("1e3", true, "<c s=\"1\" t=\"inlineStr\"><is><t>1e3</t></is></c>")]
    [InlineData("=1+1", false, "<c s=\"1\" t=\"inlineStr\"><is><t>=1+1</t></is></c>")]
    [InlineData(" a", false, "<c s=\"1\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a</t></is></c>")]
    [InlineData("", true, "<c/>")]
    [InlineData(null, false, "<c/>")]
    public void A_cell_is_a_plain_number_or_a_text_that_is_no_formula(string? cell, bool isNumber, string xml)
    {
        var text = new StringBuilder();
        SheetText.AppendRow(text, [new ExportColumn("a", isNumber)], [cell]);
        Assert.Equal($"<row>{xml}</row>", text.ToString());
    }

    [Fact]
    public void What_xml_has_no_place_for_is_written_as_excel_does()
    {
        var text = new StringBuilder();
        SheetText.AppendEscaped(text, "a\u0001\r_x0041_\ud800😀");
        Assert.Equal("a_x0001__x000D__x005F_x0041_\uFFFD😀", text.ToString());
    }

    [Fact]
    public void Rows_beyond_one_sheet_go_on_in_the_next()
    {
        var figures = Enumerable.Repeat(new BlockFigures(50_000, 10, 10, 0), 21).ToList();
        StagedPart[] parts = [new(0, "run", 21, 1_050_000) { Figures = figures }];
        var pieces = new XlsxFormat("rows").Compose(Columns, parts).ToList();
        var second = pieces.FindIndex(p => Encoding.ASCII.GetString(p.Bytes.Span).Contains("sheet2.xml", StringComparison.Ordinal)
            && Encoding.ASCII.GetString(p.Bytes.Span).StartsWith("PK\x3\x4", StringComparison.Ordinal)
            && p.Bytes.Length < 2000 && pieces.IndexOf(p) > 5);
        Assert.Equal(20, pieces.Take(second).Count(p => p.Part is not null));
        Assert.Equal(1, pieces.Skip(second).Count(p => p.Part is not null));
    }

    // The library gives texts as they are written.
    private static string Unescaped(string text) => text.Replace("_x005F_", "_", StringComparison.Ordinal);

    /// <summary>The file as an export makes it: blocks by the parts, pieces at the end.</summary>
    private static byte[] Make(FileFormat format, string[][][] parts)
    {
        var (staged, blocks) = (new List<StagedPart>(), new Dictionary<(int, int), ReadOnlyMemory<byte>>());
        foreach (var (number, rows) in parts.Index())
        {
            using var maker = new BlockMaker(format, Columns);
            var figures = new List<BlockFigures>();
            foreach (var row in rows)
            {
                maker.Add(row);
                if (maker.IsFull) Take();
            }

            if (!maker.IsEmpty) Take();
            staged.Add(new StagedPart(number, "run", figures.Count, rows.Length) { Figures = figures });

            void Take()
            {
                (blocks[(number, figures.Count)], var block) = maker.Take();
                figures.Add(block);
            }
        }

        return
        [
            .. format.Compose(Columns, staged)
                .SelectMany(p => (p.Part is null ? p.Bytes : blocks[(p.Part.Number, p.Block)]).ToArray()),
        ];
    }
}
