using CustomerFunctions.Shared;

namespace CustomerFunctions.Tests.Profiles.Domain;

public sealed class CardNumbersTests
{
    [Theory]
    [InlineData("4111111111111111")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("4111-1111-1111-1111")]
    [InlineData("pays with 4111.1111.1111.1111, 12/27")]
    [InlineData("x4111111111111111y")]
    [InlineData("378282246310005")]
    [InlineData("4222222222222")]
    [InlineData("table 7 4111 1111 1111 1111")]
    [InlineData("４１１１１１１１１１１１１１１１")]
    public void A_card_number_is_seen(string text) => Assert.True(CardNumbers.Occur(text));

    [Theory]
    [InlineData("")]
    [InlineData("4111111111111112")]
    [InlineData("411111111111")]
    [InlineData("0000000000000000")]
    [InlineData("4111 1111 call 1111 1111")]
    [InlineData("fp_3f2a4b5c6d7e8f901234567")]
    [InlineData("+44 20 7946 0000")]
    [InlineData("{\"occurredAt\":\"2026-03-01T12:05:10.0000000+00:00\",\"amount\":2500}")]
    [InlineData("[411111,1111111111]")]
    public void Something_else_is_none(string text) => Assert.False(CardNumbers.Occur(text));
}
