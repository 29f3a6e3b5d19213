using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Tests.Cards.Domain;

public sealed class CardMovesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Salt = new('a', 64);

    private static readonly Card Plain =
        new NewCard("club", "CARD-1", new string('k', 32), Salt).Make("change", Noon);

    [Fact]
    public void Blocked_and_inactive_cards_have_their_wallets_closed()
    {
        Assert.Null(Plain.Seal);
        Assert.Equal("blocked", CardMoves.Block(Plain, "Lost").Value.Seal);
        Assert.Equal("inactive", CardMoves.Set(Plain, null, CardState.Inactive, null).Value.Seal);
        Assert.Equal(Plain, CardMoves.Unblock(CardMoves.Block(Plain, "Lost").Value).Value);
    }

    [Fact]
    public void A_blocked_card_is_opened_by_unblocking_only()
    {
        var blocked = CardMoves.Block(Plain, "Lost").Value;
        Assert.Equal("card-blocked", CardMoves.Set(blocked, null, CardState.Active, null).Error?.Code);
        Assert.Equal("Lost", CardMoves.Set(blocked, CardType.SponsorshipGroup, null, null).Value.Reason);
        var inactive = CardMoves.Set(Plain, null, CardState.Inactive, null).Value;
        Assert.Equal(CardState.Inactive, CardMoves.Unblock(inactive).Value.State);
    }

    [Fact]
    public void What_changes_nothing_gives_the_card_as_it_is()
    {
        var profile = ProfileKey.New(Noon);
        var card = CardMoves.AddMember(Plain, profile, 1, Noon).Value;
        Assert.Equal(card, CardMoves.AddMember(card, profile, 1, Noon.AddDays(1)).Value);
        Assert.Equal(Plain, CardMoves.RemoveMember(Plain, profile).Value);
        Assert.Equal(Plain, CardMoves.Set(Plain, CardType.Customer, CardState.Active, "CARD-1").Value);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(0, 100)]
    [InlineData(1000, 100)]
    public void A_card_takes_as_many_members_as_its_program_allows_and_a_hundred_at_most(int allowed, int taken)
    {
        var card = Plain;
        for (var i = 0; i < taken; i++) card = CardMoves.AddMember(card, ProfileKey.New(Noon), allowed, Noon).Value;
        var refused = CardMoves.AddMember(card, ProfileKey.New(Noon), allowed, Noon).Error!;
        Assert.Equal(("too-many-members", taken), (refused.Code, refused.Details["membersMax"]));
    }

    [Fact]
    public void A_replacement_keeps_key_and_members_and_opens_a_blocked_card()
    {
        var card = CardMoves.AddMember(Plain, ProfileKey.New(Noon), 0, Noon).Value;
        var next = CardMoves.Replace(CardMoves.Block(card, "Lost").Value, "CARD-2", "123456", "Lost", Noon).Value;
        Assert.Equal((card.Key, "CARD-2", CardState.Active), (next.Key, next.Code, next.State));
        Assert.Equal(card.Members, next.Members);
        Assert.True(next.WasReplaced("CARD-1"));
        Assert.Equal("CARD-2", next.Number);
        Assert.True(Verification.Fits(next, "123456"));
        Assert.False(Verification.Fits(next, Verification.CodeOf(Salt, "change")));
        Assert.True(Verification.Fits(Plain, Verification.CodeOf(Salt, "change")));
        Assert.False(Verification.Fits(null, "123456"));
    }

    [Fact]
    public void A_card_is_replaced_a_hundred_times_at_most()
    {
        var card = Plain;
        for (var i = 0; i < 100; i++) card = CardMoves.Replace(card, $"NEW-{i}", "123456", null, Noon).Value;
        Assert.Equal("too-many-replacements", CardMoves.Replace(card, "LAST", "123456", null, Noon).Error?.Code);
    }
}
