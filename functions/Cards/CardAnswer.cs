using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;

namespace CustomerFunctions.Cards;

/// <summary>A customer on a card.</summary>
public sealed record CardMemberAnswer(string ProfileId, DateTimeOffset Since);

/// <summary>A card as lists show it.</summary>
/// <param name="Code">The code that holds now.</param>
/// <param name="Program">The program that it collects in.</param>
/// <param name="Type">Whom it is for.</param>
/// <param name="State">Whether it can be used.</param>
/// <param name="Reason">Why it is blocked.</param>
/// <param name="MemberNumber">The number that is told with the verification code.</param>
/// <param name="RegisteredAt">When it was made.</param>
/// <param name="MemberCount">How many collect on it.</param>
public sealed record CardSummary(
    string Code, string Program, CardType Type, CardState State, string? Reason, string MemberNumber,
    DateTimeOffset RegisteredAt, int MemberCount)
{
    /// <summary>The summary of a card.</summary>
    public static CardSummary Of(Card card) => new(
        card.Code, card.Program, card.Type, card.State, card.Reason, card.Number, card.RegisteredAt,
        card.Members.Length);
}

/// <summary>A whole card.</summary>
/// <param name="Code">The code that holds now.</param>
/// <param name="Program">The program that it collects in.</param>
/// <param name="Type">Whom it is for.</param>
/// <param name="State">Whether it can be used.</param>
/// <param name="Reason">Why it is blocked.</param>
/// <param name="MemberNumber">The number that is told with the verification code.</param>
/// <param name="RegisteredAt">When it was made.</param>
/// <param name="Members">Who collects on it.</param>
/// <param name="Replaced">Its earlier codes, oldest first.</param>
/// <param name="VerificationCode">Six digits; given to the request that made the card or its new code, and to no
/// other.</param>
public sealed record CardAnswer(
    string Code, string Program, CardType Type, CardState State, string? Reason, string MemberNumber,
    DateTimeOffset RegisteredAt, IReadOnlyList<CardMemberAnswer> Members, IReadOnlyList<ReplacedCode> Replaced,
    string? VerificationCode)
{
    /// <summary>The answer about a card.</summary>
    public static CardAnswer Of(
        StoredCard stored, IReadOnlyList<CardMemberAnswer> members, string? verificationCode)
    {
        var card = stored.Card;
        return new CardAnswer(
            card.Code, card.Program, card.Type, card.State, card.Reason, card.Number, card.RegisteredAt, members,
            card.Replaced, verificationCode);
    }

    /// <summary>The verification code that a change gave the card, while it holds.</summary>
    public static string? CodeOf(StoredCard stored, string changeId) =>
        Verification.CodeOf(stored.Card.Salt, changeId) is var code && Verification.Fits(stored.Card, code)
            ? code
            : null;
}
