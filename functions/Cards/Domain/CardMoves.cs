using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards.Domain;

/// <summary>What can be done with a card. Each gives the card as it is when there is nothing to do.</summary>
public static class CardMoves
{
    /// <summary>Most codes that a card can have had.</summary>
    public const int ReplacementsMax = 100;

    /// <summary>Most members where the program sets no limit.</summary>
    public const int MembersMax = 100;

    /// <summary>Stops the card.</summary>
    public static Result<Card> Block(Card card, string reason) =>
        card with { State = CardState.Blocked, Reason = reason };

    /// <summary>Lets a blocked card go on.</summary>
    public static Result<Card> Unblock(Card card) =>
        card.State == CardState.Blocked ? card with { State = CardState.Active, Reason = null } : card;

    /// <summary>Changes what a caller may set; null leaves it. Fails with: card-blocked, member-number-fixed.</summary>
    public static Result<Card> Set(Card card, CardType? type, CardState? state, string? memberNumber)
    {
        if (memberNumber is not null && memberNumber != card.Number) return CardsErrors.MemberNumberFixed;
        if (state is { } wanted && wanted != card.State && card.State == CardState.Blocked)
            return CardsErrors.Blocked;
        return card with { Type = type ?? card.Type, State = state ?? card.State };
    }

    /// <summary>Adds a customer. Fails with: too-many-members.</summary>
    public static Result<Card> AddMember(Card card, ProfileKey profile, int membersMax, DateTimeOffset now)
    {
        if (card.Members.Any(m => m.Profile == profile)) return card;
        var max = membersMax is > 0 and < MembersMax ? membersMax : MembersMax;
        if (card.Members.Length >= max) return CardsErrors.TooManyMembers(max);
        return card with { Members = card.Members.Add(new CardMember(profile, now)) };
    }

    /// <summary>Takes a customer off the card.</summary>
    public static Result<Card> RemoveMember(Card card, ProfileKey profile) =>
        card with { Members = card.Members.RemoveAll(m => m.Profile == profile) };

    /// <summary>Puts a customer in the place of one who was merged into him.</summary>
    public static Result<Card> Merge(Card card, ProfileKey from, ProfileKey into)
    {
        if (card.Members.FirstOrDefault(m => m.Profile == from) is not { } goes) return card;
        var since = card.Members.Where(m => m.Profile == from || m.Profile == into).Min(m => m.Since);
        var left = card.Members.RemoveAll(m => m.Profile == into && m != goes);
        return card with { Members = left.Replace(goes, new CardMember(into, since)) };
    }

    /// <summary>Takes a customer who is erased off the card. When nobody else collects on it, what was written about
    /// the
    /// card may have been about the customer, and goes as well.</summary>
    public static Result<Card> Forget(Card card, ProfileKey profile)
    {
        var left = card with { Members = card.Members.RemoveAll(m => m.Profile == profile) };
        if (!left.Members.IsEmpty) return left;
        return left with { Reason = null, Replaced = [.. left.Replaced.Select(r => r with { Reason = null })] };
    }

    /// <summary>Gives the card a new code. What was blocked is the lost code, so a blocked card is active again.
    /// Fails with: too-many-replacements.</summary>
    public static Result<Card> Replace(
        Card card, string code, string verificationCode, string? reason, DateTimeOffset now)
    {
        if (card.Replaced.Length >= ReplacementsMax) return CardsErrors.TooManyReplacements;
        return card with
        {
            Code = code,
            Replaced = card.Replaced.Add(new ReplacedCode(card.Code, now, reason)),
            VerificationHash = Verification.HashOf(card.Salt, verificationCode),
            State = card.State == CardState.Blocked ? CardState.Active : card.State,
            Reason = null,
        };
    }
}
