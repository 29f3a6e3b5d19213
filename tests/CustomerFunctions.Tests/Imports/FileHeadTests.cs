using System.Text;
using CustomerFunctions.Imports.Domain;

namespace CustomerFunctions.Tests.Imports;

public sealed class FileHeadTests
{
    [Theory]
    [InlineData("name,email\nA,a@x.y\n", ',', "name|email", 1)]
    [InlineData("name;email;note\nA;a@x.y;\"1,2\"\n", ';', "name|email|note", 1)]
    [InlineData("name\temail\nA, B\ta@x.y\n", '\t', "name|email", 1)]
    [InlineData("name|email\nA|a@x.y\n", '|', "name|email", 1)]
    [InlineData("sep=;\r\nname;email\r\n", ';', "name|email", 1)]
    [InlineData("sep=|\nname, full|email\n", '|', "name, full|email", 1)]
    [InlineData("\r\n\nname,email\n", ',', "name|email", 1)]
    [InlineData("email\na@x.y\n", ',', "email", 1)]
    [InlineData("\"full\r\nname\",email\r\nA,a@x.y", ',', "full\r\nname|email", 2)]
    [InlineData("email,,email", ',', "email||email", 1)]
    [InlineData("Namn;E-post;Mobil\nÅsa;a@x.se;070", ';', "Namn|E-post|Mobil", 1)]
    public void Separator_and_header_are_told_from_the_beginning(
        string text, char separator, string headers, int lines)
    {
        var shape = FileHead.Read(Encoding.UTF8.GetBytes(text), whole: true).Value;
        Assert.Equal(separator, shape.Separator);
        Assert.Equal(headers, string.Join('|', shape.Headers));
        Assert.Equal(lines, shape.HeaderLines);
    }

    [Theory]
    [InlineData("", "empty-file")]
    [InlineData("\uFEFF", "empty-file")]
    [InlineData(" \r\n\r\n", "empty-file")]
    [InlineData("1,2,3\n4,5,6\n", "unusable-header")]
    [InlineData(",,\n1,2,3\n", "unusable-header")]
    [InlineData("Ada,ada@example.com\n", "unusable-header")]
    [InlineData("\"name,email\n1,2", "unusable-header")]
    [InlineData("PK\u0003\u0004\0\0\u0006\0name", "unusable-header")]
    public void A_file_without_a_usable_header_is_refused(string text, string code) =>
        Assert.Equal(code, FileHead.Read(Encoding.UTF8.GetBytes(text), whole: true).Error?.Code);

    [Fact]
    public void Encodings_are_told_by_mark_or_by_bytes()
    {
        const string text = "Förnamn,E-post\nZoë,z@x.y\n";
        (byte[] Bytes, FileEncoding Expected)[] cases =
        [
            ([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)], FileEncoding.Utf8),
            (Encoding.UTF8.GetBytes(text), FileEncoding.Utf8),
            (Encoding.Latin1.GetBytes(text), FileEncoding.Windows1252),
            ([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)], FileEncoding.Utf16Little),
            ([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)], FileEncoding.Utf16Big),
            (Encoding.Unicode.GetBytes(text), FileEncoding.Utf16Little),
            (Encoding.BigEndianUnicode.GetBytes(text), FileEncoding.Utf16Big),
            (Encoding.ASCII.GetBytes("name,email\n"), FileEncoding.Ascii),
        ];
        foreach (var (bytes, expected) in cases)
        {
            var shape = FileHead.Read(bytes, whole: true).Value;
            Assert.Equal(expected, shape.Encoding);
            Assert.Equal(2, shape.Headers.Count);
        }
    }
}
