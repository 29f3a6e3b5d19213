using System.IO.Compression;
using System.Text;

namespace CustomerFunctions.Tests.Imports;

/// <summary>A file that goes wrong somewhere, and what becomes of it.</summary>
/// <param name="Bytes">The file; addresses end in a domain of its own.</param>
/// <param name="Expected">The code that its upload is refused with, or the counts and the codes of its rejected rows,
/// each with how often it occurs.</param>
public sealed record NastyFile(byte[] Bytes, string Expected);

/// <summary>Files as people really have them, and as nobody should send them.</summary>
public static class NastyFiles
{
    private const string Empty = "empty-file";
    private const string Unusable = "unusable-header";
    private const string One = "1/0/0/0/0 of 1";
    private const string Two = "2/0/0/0/0 of 2";
    private const string None = "0/0/0/0/0 of 0";
    private const string Header = "name,email\n";

    public static IReadOnlyDictionary<string, NastyFile> All { get; } = new Dictionary<string, NastyFile>
    {
        ["nothing"] = Text("", Empty),
        ["only a mark"] = Bytes([0xEF, 0xBB, 0xBF], Empty),
        ["only blank lines"] = Text("\r\n\n  \r\n", Empty),
        ["only zeros"] = Bytes(new byte[64], Empty),
        ["a picture"] = Bytes([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13], Unusable),
        ["a zip bomb"] = Bytes(ZipBomb(), Unusable),
        ["a gzip"] = Bytes(Gzip(Header + "Ann,ann@x\n"), Unusable),
        ["one endless line"] = Text(new string('a', 600_000), Unusable),
        ["an endless line after the header"] = Text(
            Header + new string('x', 600_000) + "\nAnn,ann@x.com\n", "1/0/0/0/1 of 2 line-too-long"),
        ["a header only"] = Text(Header, None),
        ["a header without a line break"] = Text("name,email", None),
        ["a row without a line break"] = Text(Header + "Ann,ann@x.com", One),
        ["UTF-8 with a mark"] = Bytes([0xEF, 0xBB, 0xBF, .. Utf8(Header + "Zoë,zoe@x.com\n")], One),
        ["UTF-16, low byte first"] = Bytes(
            [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("name\temail\r\nZoë,zoe\tzoe@low.com\r\n")], One),
        ["UTF-16 without a mark"] = Bytes(Encoding.BigEndianUnicode.GetBytes(Header + "Zoe,zoe@high.com\n"), One),
        ["half a character of UTF-16"] = Bytes(
            [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Header + "A"), 0x00, 0xD8, .. Encoding.Unicode.GetBytes(",a@x.com\n")],
            "0/0/0/0/1 of 1 invalid-text"),
        ["Windows-1252"] = Bytes([.. Utf8(Header + "Zo"), 0xEB, .. Utf8(",zoe@x.com\n")], One),
        ["bytes that are no UTF-8 after a mark"] = Bytes(
            [0xEF, 0xBB, 0xBF, .. Utf8(Header + "Zo"), 0xEB, .. Utf8(",zoe@x.com\nAnn,ann@x.com\n")],
            "1/0/0/0/1 of 2 invalid-text"),
        ["a line that names the separator"] = Text("sep=;\nname;email\nAnn, the first;ann@x.com\n", One),
        ["semicolons"] = Text("name;email\nAnn, the first;ann@x.com\n", One),
        ["tabs"] = Text("name\temail\nAnn, the first\tann@x.com\n", One),
        ["bars"] = Text("name|email\nAnn, the first|ann@x.com\n", One),
        ["carriage returns"] = Text("name,email\rAnn,ann@x.com\rBob,bob@x.com\r", Two),
        ["mixed line breaks"] = Text("name,email\r\nAnn,ann@x.com\nBob,bob@x.com\r\n", Two),
        ["a line break in a cell"] = Text(Header + "\"Ann\r\nthe first\",ann@x.com\nBob,bob@x.com\n", Two),
        ["doubled quotes"] = Text(Header + "\"Ann \"\"the\"\" first\",ann@x.com\n", One),
        ["JSON in a cell"] = Text("name,email,note\nAnn,ann@x.com,\"{\"\"k\"\": \"\"v\"\"}\"\n", One),
        ["a quote that is not closed at the end"] = Text(
            Header + "Ann,ann@x.com\n\"Bob,bob@x.com\n", "1/0/0/0/1 of 2 unclosed-quote"),
        ["a quote that is not closed in the middle"] = Text(
            Header + "\"Ann,ann@x.com\n" + Many(20_000) + "Bob,bob@x.com\n",
            "1/0/0/0/20001 of 20002 invalid-email*20000 unclosed-quote"),
        ["a quote inside a cell"] = Text(Header + "Ann \"the\" first,ann@x.com\n", One),
        ["text after a closing quote"] = Text(Header + "\"Ann\" the first,ann@x.com\n", One),
        ["a row that is too short"] = Text("name,email,phone\nAnn,ann@x.com\n", One),
        ["a row that is too long"] = Text(Header + "Ann,ann@x.com,more\n", "0/0/0/0/1 of 1 wrong-field-count"),
        ["a row that is too long with blanks"] = Text(Header + "Ann,ann@x.com,,, \n", One),
        ["blank rows"] = Text(Header + "\n\nAnn,ann@x.com\n , \n\r\nBob,bob@x.com\n,\n", Two),
        ["a header twice"] = Text("name,email,email\nAnn,ann@x.com,second@x.com\n", One),
        ["a header without a name"] = Text("name,,email\nAnn,x,ann@x.com\n", One),
        ["blanks around headers"] = Text(" Name , E-Mail \nAnn,ann@x.com\n", One),
        ["too many columns"] = Text(string.Join(',', Enumerable.Range(0, 501).Select(i => $"c{i}")) + "\n", Unusable),
        ["no header but rows"] = Text("Ann,ann@x.com\nBob,bob@x.com\n", Unusable),
        ["a header of numbers"] = Text("1,2\n3,4\n", Unusable),
        ["a name in the address"] = Text(Header + "Ann,Ann Lee <ANN@X.COM>\nBob,mailto:bob@x.com\n", Two),
        ["apostrophes and formulas"] = Text(
            "name,email,phone\n'=Ann,ann@x.com,'+442079460801\n\"=HYPERLINK(1)\",bob@x.com,\n", Two),
        ["a zero byte in a cell"] = Text(Header + "An\0n,ann@x.com\n", Unusable),
        ["letters of many scripts"] = Text(Header + "\U0001F355 Ωмéga \u202Eabc,ann@x.com\n", One),
        ["a name that is far too long"] = Text(
            Header + new string('n', 40_000) + ",ann@x.com\n", "0/0/0/0/1 of 1 invalid-name"),
        ["one address in two spellings"] = Text(
            Header + "Ann,ann@x.com\nAnn, ANN@X.com \n", "1/0/0/0/1 of 2 duplicate"),
        ["a card number for a name"] = Text(
            Header + "4111 1111 1111 1111,ann@x.com\n", "0/0/0/0/1 of 1 invalid-name"),
    };

    private static NastyFile Text(string text, string expected) => Bytes(Utf8(text), expected);

    private static NastyFile Bytes(byte[] bytes, string expected) => new(bytes, expected);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Many(int rows) => string.Concat(Enumerable.Repeat("x,not an address\n", rows));

    private static byte[] Gzip(string text)
    {
        using var to = new MemoryStream();
        using (var zip = new GZipStream(to, CompressionLevel.Optimal)) zip.Write(Utf8(text));
        return to.ToArray();
    }

    private static byte[] ZipBomb()
    {
        using var to = new MemoryStream();
        using (var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("customers.csv", CompressionLevel.SmallestSize).Open())
            for (var i = 0; i < 64; i++) entry.Write(new byte[1024 * 1024]);
        return to.ToArray();
    }
}
