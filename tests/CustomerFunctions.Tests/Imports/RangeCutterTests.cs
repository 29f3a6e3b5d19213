using System.Text;
using CustomerFunctions.Imports.Domain;

namespace CustomerFunctions.Tests.Imports;

public sealed class RangeCutterTests
{
    private const string Text =
        "name;email\r\nZoë;z@x.y\r\n\"two\r\nlines\";t@x.y\n\r\n;\n\"quote \"\" in\";q@x.y\rlast;l@x.y";

    [Theory]
    [InlineData(FileEncoding.Utf8)]
    [InlineData(FileEncoding.Windows1252)]
    [InlineData(FileEncoding.Utf16Little)]
    [InlineData(FileEncoding.Utf16Big)]
    public void Ranges_of_every_length_hold_the_same_records(FileEncoding encoding)
    {
        var bytes = Bytes(encoding);
        var shape = FileHead.Read(bytes, whole: true).Value;
        var expected = Records(bytes, shape, 1_000);
        Assert.Equal(["2:Zoë", "3:two\r\nlines", "7:quote \" in", "8:last"], expected);
        for (var length = 1; length <= bytes.Length; length++) Assert.Equal(expected, Records(bytes, shape, length));
    }

    [Fact]
    public void Ranges_lie_side_by_side_up_to_the_end()
    {
        var file = Encoding.UTF8.GetBytes("name,email\n" + string.Concat(
            Enumerable.Range(0, 200_000).Select(i => $"Customer {i},c{i}@example.com\n")));
        var shape = FileHead.Read(file, whole: false).Value;
        var cutter = Cut(file, shape, 1_000_000);
        Assert.Equal(200_000, cutter.Rows);
        Assert.Equal(7, cutter.Ranges.Count);
        Assert.Equal(shape.DataOffset, cutter.Ranges[0].Offset);
        foreach (var (a, b) in cutter.Ranges.Zip(cutter.Ranges.Skip(1))) Assert.Equal(a.Offset + a.Length, b.Offset);
        Assert.Equal(file.Length, cutter.Ranges[^1].Offset + cutter.Ranges[^1].Length);
    }

    [Fact]
    public void A_file_that_is_ascii_at_first_gets_the_encoding_of_its_first_other_bytes()
    {
        var rest = Enumerable.Repeat("Ada,a@x.y\n", 60_000).Append("Zo\u00EB,z@x.y\n");
        byte[] file = [.. "name,email\n"u8, .. Encoding.Latin1.GetBytes(string.Concat(rest))];
        var shape = FileHead.Read(file, whole: false).Value;
        Assert.Equal(FileEncoding.Ascii, shape.Encoding);
        Assert.Equal(FileEncoding.Windows1252, Cut(file, shape, 100_000).Encoding);
    }

    private static List<string> Records(byte[] bytes, FileShape shape, int rangeBytes)
    {
        var cutter = Cut(bytes, shape, rangeBytes);
        return [.. cutter.Ranges.SelectMany(r => RangeReader.Read(
            bytes.AsSpan((int)r.Offset, r.Length).ToArray(), cutter.Encoding, shape.Separator, r.FirstLine))
            .Select(r => $"{r.Line}:{r.Cells[0]}")];
    }

    private static RangeCutter Cut(byte[] bytes, FileShape shape, int rangeBytes)
    {
        var cutter = new RangeCutter(shape, rangeBytes);
        var at = (int)shape.DataOffset;
        int read;
        do
        {
            read = Math.Min(cutter.Free.Length, bytes.Length - at);
            bytes.AsMemory(at, read).CopyTo(cutter.Free);
            at += read;
        }
        while (cutter.Take(read));

        return cutter;
    }

    private static byte[] Bytes(FileEncoding encoding) => encoding switch
    {
        FileEncoding.Utf16Little => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)],
        FileEncoding.Utf16Big => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)],
        FileEncoding.Windows1252 => CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Text),
        _ => Encoding.UTF8.GetBytes(Text),
    };
}
