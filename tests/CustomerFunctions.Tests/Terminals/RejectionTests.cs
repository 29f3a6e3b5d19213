using CustomerFunctions.Shared;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Tests.Terminals;

public sealed class RejectionTests
{
    private static readonly Error NotJson = new("not-json", ErrorKind.Invalid, "No.");

    [Theory]
    [InlineData("{\"fingerprint\":\"4111111111111111\"}", "{\"fingerprint\":\"****************\"}")]
    [InlineData("paid with 4111 1111-1111 1111 today", "paid with **** ****-**** **** today")]
    [InlineData("{\"f\":4111111111111111}", "{\"f\":****************}")]
    [InlineData("\\u0034111111111111111", "****************")]
    [InlineData(
        "{\"amount\":2500,\"at\":\"2026-03-01T12:00:00Z\"}", "{\"amount\":2500,\"at\":\"2026-03-01T12:00:00Z\"}")]
    public void Digits_of_card_numbers_are_masked_and_others_stay(string body, string kept) =>
        Assert.Equal(kept, Rejection.Mask(body));

    [Fact]
    public void A_rejection_is_named_by_its_message_and_not_by_its_delivery()
    {
        var first = Rejection.Of("x", new Delivery("m-1", "7", 1, null), NotJson, DateTimeOffset.UnixEpoch);
        var again = Rejection.Of("x", new Delivery("m-1", "7", 3, null), NotJson, DateTimeOffset.MaxValue);
        var other = Rejection.Of("x", new Delivery("m-1", "8", 1, null), NotJson, DateTimeOffset.UnixEpoch);
        Assert.Equal(first.RejectedId, again.RejectedId);
        Assert.NotEqual(first.RejectedId, other.RejectedId);
    }

    [Fact]
    public void A_huge_body_is_cut_and_says_that_it_is_not_what_was_sent()
    {
        var rejection = Rejection.Of(
            new string('x', 2_000_000), new Delivery("m", "1", 1, null), NotJson, DateTimeOffset.UnixEpoch);
        Assert.Equal(Rejection.BodyCharsMax, rejection.Body.Length);
        Assert.True(rejection.IsMasked);
    }
}
