using CustomerFunctions.Shared;

namespace CustomerFunctions.Codes;

/// <summary>Every refusal of this area.</summary>
public static class CodesErrors
{
    /// <summary>There is no code that holds: none was sent, or it has expired, was used, or was guessed at too often.
    /// </summary>
    public static Error NoCode { get; } = new(
        "no-code", ErrorKind.Conflict, "There is no code that holds. Ask for a new one.");

    /// <summary>The customer has no phone to verify.</summary>
    public static Error NoPhone { get; } = new("no-phone", ErrorKind.Conflict, "The profile has no phone.");

    /// <summary>The customer has no email to send a token to.</summary>
    public static Error NoEmail { get; } = new("no-email", ErrorKind.Conflict, "The profile has no email.");

    /// <summary>The customer has neither email nor phone.</summary>
    public static Error NoContact { get; } = new(
        "no-contact", ErrorKind.Conflict, "The profile has neither email nor phone.");

    /// <summary>Unknown, expired, used or replaced: which, nobody learns.</summary>
    public static Error TokenInvalid { get; } = new(
        "token-invalid", ErrorKind.NotFound, "The token does not hold. Ask for a new one.");

    /// <summary>The code is another one.</summary>
    /// <param name="triesLeft">Guesses that are left.</param>
    public static Error CodeWrong(int triesLeft) => new Error(
        "code-wrong", ErrorKind.Refused, "The code is wrong.").With("triesLeft", triesLeft);

    /// <summary>The customer was sent enough for now.</summary>
    public static Error TooManyLetters(TimeSpan wait) => new(
        "too-many-letters", ErrorKind.TooMany, "Enough was sent for now. Try again later.")
    { RetryAfter = wait };
}
