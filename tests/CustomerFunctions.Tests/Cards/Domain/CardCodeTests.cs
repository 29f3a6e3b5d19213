using CustomerFunctions.Cards.Domain;

namespace CustomerFunctions.Tests.Cards.Domain;

public sealed class CardCodeTests
{
    [Theory]
    [InlineData("400638133393", '1')]
    [InlineData("590123412345", '7')]
    [InlineData("978020137962", '4')]
    [InlineData("000000000000", '0')]
    [InlineData("999999999999", '4')]
    public void The_check_digit_is_that_of_gs1(string twelve, char digit)
    {
        Assert.Equal(digit, CardCode.CheckDigit(twelve));
        Assert.Null(CardCode.Ean13Fault(twelve + digit));
    }

    [Theory]
    [InlineData("4006381333932")]
    [InlineData("400638133393")]
    [InlineData("40063813339311")]
    [InlineData("400638133393A")]
    [InlineData("")]
    public void A_code_whose_check_digit_does_not_fit_is_refused(string code) =>
        Assert.NotNull(CardCode.Ean13Fault(code));

    [Theory]
    [InlineData("CARD-1", true)]
    [InlineData("A.B_C-1", true)]
    [InlineData("1234", true)]
    [InlineData("123", false)]
    [InlineData("-123", false)]
    [InlineData("....", false)]
    [InlineData("AB CD", false)]
    [InlineData("ÄBCD", false)]
    [InlineData("AB/CD", false)]
    [InlineData("", false)]
    public void Codes_have_letters_digits_and_three_signs(string code, bool isGood) =>
        Assert.Equal(isGood, CardCode.Fault(code) is null);

    [Fact]
    public void Codes_have_4_to_64_characters_and_no_case()
    {
        Assert.Null(CardCode.Fault(new string('A', 64)));
        Assert.NotNull(CardCode.Fault(new string('A', 65)));
        Assert.Equal("CARD-1", CardCode.Normal(" card-1 "));
    }
}
