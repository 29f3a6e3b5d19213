using CustomerFunctions.Profiles.Domain;

namespace CustomerFunctions.Tests.Profiles.Domain;

public sealed class ContactsTests
{
    [Theory]
    [InlineData("zoe@example.com")]
    [InlineData("  Zoe.O'Brien+x@sub.example.co.uk ")]
    [InlineData("zoë@exämple.de")]
    [InlineData("a@b.c")]
    public void An_address_passes(string text) => Assert.Null(EmailAddress.Fault(text));

    [Theory]
    [InlineData("zoe")]
    [InlineData("@example.com")]
    [InlineData("zoe@")]
    [InlineData("zoe@example")]
    [InlineData("zoe@.com")]
    [InlineData("zoe@example..com")]
    [InlineData(".zoe@example.com")]
    [InlineData("zoe.@example.com")]
    [InlineData("zo..e@example.com")]
    [InlineData("zoe o@example.com")]
    [InlineData("zoe@@example.com")]
    [InlineData("zoe@-example.com")]
    [InlineData("zoe@exam_ple.com")]
    [InlineData("<zoe@example.com>")]
    public void Something_else_is_no_address(string text) => Assert.NotNull(EmailAddress.Fault(text));

    [Fact]
    public void An_address_over_the_limits_is_refused()
    {
        Assert.NotNull(EmailAddress.Fault(new string('a', 65) + "@example.com"));
        Assert.NotNull(EmailAddress.Fault("a@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)) + ".com"));
    }

    [Theory]
    [InlineData("Zoe@Example.COM", "zoe@example.com")]
    [InlineData("  zoe@example.com\u00a0", "zoe@example.com")]
    [InlineData("ZOE\u0308@example.com", "zo\u00eb@example.com")]
    public void Spellings_of_one_address_are_the_same(string text, string expected) =>
        Assert.Equal(expected, EmailAddress.Normalise(text));

    [Theory]
    [InlineData("+44 20 7946 0000", "GB", "+442079460000")]
    [InlineData("020 7946 0000", "GB", "+442079460000")]
    [InlineData("(020) 7946-0000", "GB", "+442079460000")]
    [InlineData("0044 20 7946 0000", "GB", "+442079460000")]
    [InlineData("+44 (0)20 7946 0000", "DE", "+442079460000")]
    [InlineData("0151 23456789", "DE", "+4915123456789")]
    [InlineData("06 1234 5678", "IT", "+390612345678")]
    [InlineData("＋44 20 7946 0000", "GB", "+442079460000")]
    public void Spellings_of_one_number_are_the_same(string text, string region, string expected)
    {
        Assert.True(Phone.TryRead(text, region, out var e164));
        Assert.Equal(expected, e164);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("hello")]
    [InlineData("call 020 7946 0000")]
    [InlineData("+999 123456789")]
    [InlineData("020 7946 0000 0000 0000")]
    [InlineData("+44 20 7946 0000 ext 5")]
    public void Something_else_is_no_number(string text) => Assert.False(Phone.TryRead(text, "GB", out _));

    [Theory]
    [InlineData("442079", "2079")]
    [InlineData("12125550100", "2125550100")]
    [InlineData("35312", "12")]
    [InlineData("0207", null)]
    [InlineData("4", null)]
    public void The_country_code_is_taken_from_the_front(string digits, string? rest) =>
        Assert.Equal(rest, Phone.WithoutCountryCode(digits));
}
