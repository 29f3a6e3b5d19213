using System.Text;
using CustomerFunctions.Shared.Csv;

namespace CustomerFunctions.Tests.Exports;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "'\rx")]
    [InlineData("+44 20 7946 0000", "'+44 20 7946 0000")]
    [InlineData("+012345678", "+012345678")]
    [InlineData("+0123456789012345", "'+0123456789012345")]
    [InlineData("-", "'-")]
    [InlineData("+", "'+")]
    [InlineData("-1.2.3", "'-1.2.3")]
    [InlineData("-1.", "'-1.")]
    [InlineData("+442079460000", "+442079460000")]
    [InlineData("-12", "-12")]
    [InlineData("-12.50", "-12.50")]
    [InlineData("12", "12")]
    [InlineData("Ada", "Ada")]
    [InlineData("", "")]
    public void Formulas_are_made_harmless_and_phones_and_numbers_left(string cell, string safe) =>
        Assert.Equal(safe, CsvText.Safe(cell));

    [Fact]
    public void A_record_is_quoted_where_it_must_be()
    {
        var text = new StringBuilder();
        CsvText.AppendRecord(text, "a", null, "b,c", "d\"e", "f\r\ng", " h");
        Assert.Equal("a,,\"b,c\",\"d\"\"e\",\"f\r\ng\",\" h\"\r\n", text.ToString());
    }
}
