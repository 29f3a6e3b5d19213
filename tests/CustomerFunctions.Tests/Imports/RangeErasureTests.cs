using System.Text;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Tests.Imports;

public sealed class RangeErasureTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a,b\nzoe,1\nc,d\n", "a,b\n\nc,d\n")]
    [InlineData("a,b\r\n\"zoe\",\"two\r\nlines\"\r\nc,d", "a,b\r\n\r\n\r\nc,d")]
    [InlineData("zoe,1", "")]
    [InlineData("zoe\rx\rzoe", "\rx\r")]
    public void A_record_leaves_its_line_breaks(string text, string left) =>
        Assert.Equal(left, Erase(text, ErasedRecord.LineBreaks));

    [Theory]
    [InlineData("7,email,c,\"a, b\",zoe,\"x,y\",z\r\n8,,,,q,,\r\n", "7,email,c,\"a, b\",,,\r\n8,,,,q,,\r\n")]
    [InlineData("7,email,c,r,\"say \"\"hi\"\", zoe\",\"zoe\"\r\n", "7,email,c,r,,\r\n")]
    [InlineData("7,email,c,r,\"two\r\nlines\",zoe\r\n", "7,email,c,r,,\r\n")]
    public void A_rejected_row_leaves_line_column_code_and_reason(string text, string left) =>
        Assert.Equal(left, Erase(text, ErasedRecord.Verdict));

    [Fact]
    public void A_range_without_the_customer_is_not_written_anew() =>
        Assert.Null(RangeErasure.Of(
            Encoding.UTF8.GetBytes("a,b\nc,d\n"), FileEncoding.Utf8, ',', ErasedRecord.LineBreaks, _ => false));

    [Fact]
    public void Two_bytes_for_a_letter_stay_two()
    {
        var left = RangeErasure.Of(
            Encoding.Unicode.GetBytes("Zoë,1\nzoe,2\nÄ,3\n"), FileEncoding.Utf16Little, ',', ErasedRecord.LineBreaks,
            cells => cells[0] == "zoe");
        Assert.Equal("Zoë,1\n\nÄ,3\n", Encoding.Unicode.GetString(left!));
    }

    [Theory]
    [InlineData(true, "x", "ZOE@Example.com ")]
    [InlineData(true, "Zoë <zoe@example.com>")]
    [InlineData(true, "mailto:zoe@example.com")]
    [InlineData(true, "'zoe-1")]
    [InlineData(true, "020 7946 0000")]
    [InlineData(true, "p:+442079460000")]
    [InlineData(true, "old@example.com")]
    [InlineData(false, "joe@example.com", "Zoë", "zoe-12", "+442079460001", "")]
    public void Rows_name_a_customer_by_id_email_or_phone(bool names, params string[] cells) =>
        Assert.Equal(names, Marks().Name(cells));

    [Theory]
    [InlineData(true, "5,\"zoe@example.com,unclosed")]
    [InlineData(true, "5,\"Zoë,+442079460000,unclosed")]
    [InlineData(false, "5,\"joe@example.com,unclosed")]
    public void A_line_that_cannot_be_split_names_one_all_the_same(bool names, string line) =>
        Assert.Equal(names, Marks().Name([line]));

    private static CustomerMarks Marks()
    {
        var profile = new Profile { Kind = ProfileKind.Registered, Email = "Zoe@example.com", Phone = "+442079460000" };
        var stored = new StoredProfile(ProfileKey.New(Noon), "zoe-1", profile, ProfileFigures.None, 1, false, Noon, Noon)
        {
            Aliases = [new Alias("old-id", "old@example.com", null)],
        };
        return new CustomerMarks(CustomerMarks.Of(stored), "GB");
    }

    private static string Erase(string text, ErasedRecord left) => Encoding.UTF8.GetString(RangeErasure.Of(
        Encoding.UTF8.GetBytes(text), FileEncoding.Utf8, ',', left,
        cells => cells.Any(c => c?.Contains("zoe", StringComparison.Ordinal) is true))!);
}
