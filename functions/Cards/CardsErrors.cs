using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Cards;

/// <summary>Every refusal of this area.</summary>
public static class CardsErrors
{
    /// <summary>No such card in the caller's environment and program.</summary>
    public static Error NotFound { get; } = Error.NotFound("card");

    /// <summary>The program's points belong to profiles.</summary>
    public static Error NotACardProgram { get; } = new(
        "not-a-card-program", ErrorKind.Conflict, "This program keeps its points on profiles, not on cards.");

    /// <summary>The code leads to a card already, be it as an earlier code or as a member number.</summary>
    public static Error CardExists { get; } = Taken("card-exists", "/code", "This code is in use already.");

    /// <summary>The member number leads to a card already.</summary>
    public static Error MemberNumberTaken { get; } = Taken(
        "member-number-taken", "/memberNumber", "This member number is in use already.");

    /// <summary>A card keeps the member number that it was made with.</summary>
    public static Error MemberNumberFixed { get; } = new(
        "member-number-fixed", ErrorKind.Conflict, "The member number of a card cannot be changed.");

    /// <summary>Many attempts at a code met codes that are in use.</summary>
    public static Error CodesExhausted { get; } = new(
        "codes-exhausted", ErrorKind.Conflict, "The pattern gives no more free codes. Choose a longer one.");

    /// <summary>The card is blocked: it must be unblocked first.</summary>
    public static Error Blocked { get; } = new(
        "card-blocked", ErrorKind.Conflict, "The card is blocked. Unblock it first.");

    /// <summary>Nobody can join a card that is put aside or blocked.</summary>
    public static Error NotActive { get; } = new("card-not-active", ErrorKind.Conflict, "The card is not active.");

    /// <summary>The card has had too many codes.</summary>
    public static Error TooManyReplacements { get; } = new(
        "too-many-replacements", ErrorKind.Conflict,
        $"A card can be replaced {CardMoves.ReplacementsMax} times at most.");

    /// <summary>The card has changed since the caller read it.</summary>
    public static Error Stale { get; } = new(
        "stale", ErrorKind.Stale, "The card is not at the version that If-Match names.");

    /// <summary>The same Idempotency-Key with another request.</summary>
    public static Error KeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "This Idempotency-Key was used for another request.");

    /// <summary>No such member number, or not its verification code: which, nobody learns.</summary>
    public static Error MembershipNotFound { get; } = new(
        "membership-not-found", ErrorKind.Refused, "Member number and verification code do not belong together.");

    /// <summary>The batch is still at work, or stopped by a fault.</summary>
    public static Error BatchNotFinished { get; } = new(
        "batch-not-finished", ErrorKind.Conflict, "The codes are there once the batch is completed.");

    /// <summary>The code was replaced; the problem names the one that holds now.</summary>
    /// <param name="code">The new code.</param>
    /// <param name="isRead">Reads find nothing at the old code; writes are in conflict with it.</param>
    public static Error Replaced(string code, bool isRead) => new Error(
        "card-replaced", isRead ? ErrorKind.NotFound : ErrorKind.Conflict, "The card has another code now.")
        .With("code", code);

    /// <summary>The card has as many members as its program allows.</summary>
    public static Error TooManyMembers(int max) => new Error(
        "too-many-members", ErrorKind.Conflict, "The card has as many members as its program allows.")
        .With("membersMax", max);

    /// <summary>The member number was tried too often.</summary>
    public static Error TooManyTries(TimeSpan wait) => new(
        "too-many-tries", ErrorKind.TooMany, "This member number was tried too often. Try again later.")
    {
        RetryAfter = wait,
    };

    private static Error Taken(string code, string pointer, string detail) =>
        new(code, ErrorKind.Conflict, detail) { Fields = [new FieldError(pointer, detail)] };
}
