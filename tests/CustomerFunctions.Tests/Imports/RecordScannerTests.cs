using CustomerFunctions.Imports.Domain;
using Sylvan.Data.Csv;

namespace CustomerFunctions.Tests.Imports;

public sealed class RecordScannerTests
{
    public static TheoryData<string> Texts =>
    [
        "a,b\nc,d\n", "a,b\r\nc,d", "a,b\rc,d\r", "\"a\nb\",c\r\n\"d\r\ne\",f\r\n", "\"x \"\"y\"\" z\",1\n2,3",
        ",\n,,\n\n\r\n,",
        "5\" pipe,\"6\"\" pipe\"\nnext,row", "\"quoted\"tail,2\n3,4", "a,\"{\"\"k\"\": \"\"v\"\"}\"\r\n\r\nb,c",
        "\"\",\"\"\n\"\r\r\n\n\",x",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Records_are_the_same_wherever_the_text_is_split(string text)
    {
        var whole = Read(text, text.Length);
        for (var split = 0; split < text.Length; split++) Assert.Equal(whole, Read(text, split));
    }

    [Fact]
    public void Lines_are_physical_ones()
    {
        var records = Read("h\n\"a\r\nb\nc\"\r\nd\re", 0);
        Assert.Equal(["1:h", "2:a\r\nb\nc", "5:d", "6:e"], records);
    }

    [Fact]
    public void A_quote_that_is_never_closed_costs_one_line()
    {
        Assert.Equal(["1:a,b", "2!UnclosedQuote", "3:e,f"], Read("a,b\n\"c,d\ne,f", 0));
    }

    [Fact]
    public void A_quote_closed_too_far_away_costs_one_line()
    {
        var filler = string.Concat(Enumerable.Repeat("x,y\n", RecordScanner.RecordUnitsMax / 4));
        var records = Read("\"a,b\n" + filler + "c\",d\n", 5);
        Assert.Equal("1!UnclosedQuote", records[0]);
        Assert.Equal("2:x,y", records[1]);
        Assert.Equal($"{2 + (RecordScanner.RecordUnitsMax / 4)}:c\",d", records[^1]);
    }

    [Fact]
    public void A_line_over_the_limit_is_one_fault_and_the_next_line_is_read()
    {
        var text = new string('x', RecordScanner.RecordUnitsMax + 10) + "\nnext,row\n";
        Assert.Equal(["1!TooLong", "1!Rest", "2:next,row"], Read(text, 7));
    }

    [Fact]
    public void Well_formed_files_are_read_as_another_reader_reads_them()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var rows = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Enumerable.Range(0, 3)
                .Select(_ => Cell(random)).ToArray()).ToList();
            var text = string.Concat(rows.Select(r => string.Join(',', r) + (random.Next(2) == 0 ? "\r\n" : "\n")));
            Assert.Equal(Other(text), Read(text, random.Next(text.Length)).Select(r => r[(r.IndexOf(':') + 1)..]));
        }
    }

    /// <summary>Reads a text of which only a part is there at first; answers line and cells.</summary>
    private static List<string> Read(string text, int split)
    {
        var (scanner, found, line) = (new RecordScanner(','), new List<string>(), 1);
        for (var (at, there) = (0, split); at < text.Length;)
        {
            var part = text.AsSpan(at, Math.Max(0, there - at));
            if (part.IsEmpty || scanner.Read(part, there == text.Length) is not { } record)
            {
                there = text.Length;
                continue;
            }

            var start = at;
            found.Add(record.Fault != RecordFault.None ? $"{line}!{record.Fault}" : $"{line}:" + string.Join(
                ',', scanner.Cells.ToArray().Select(c => FileText.Unquote(text.AsSpan(start + c.Start, c.Length)))));
            at += record.Length;
            line += record.Lines;
        }

        return found;
    }

    private static string Cell(Random random)
    {
        var letters = Enumerable.Range(0, random.Next(1, 6)).Select(_ => "ab \"\n,;é"[random.Next(8)]);
        var content = new string([.. letters]);
        return content.AsSpan().IndexOfAny("\"\n,") >= 0 ? $"\"{content.Replace("\"", "\"\"")}\"" : content;
    }

    private static List<string> Other(string text)
    {
        using var reader = CsvDataReader.Create(
            new StringReader(text), new CsvDataReaderOptions { HasHeaders = false, Delimiter = ',' });
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join(',', Enumerable.Range(0, reader.RowFieldCount).Select(reader.GetString)));
        return rows;
    }
}
