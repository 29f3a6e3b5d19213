using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Access;

/// <summary>Every refusal of this area.</summary>
public static class AccessErrors
{
    /// <summary>No key, an unknown one, or one that no longer holds.</summary>
    public static Error Unauthenticated { get; } = new(
        "unauthenticated", ErrorKind.Unauthenticated, "Send a key that holds in the header x-api-key.");

    /// <summary>The bootstrap key has no environment: it can only make applications and keys.</summary>
    public static Error NoEnvironment { get; } = new(
        "no-environment", ErrorKind.Denied, "This key belongs to no application and so reaches no customer data.");

    /// <summary>A key and a token at once.</summary>
    public static Error TwoCredentials { get; } = Error.Invalid(
        "Authorization", "Send a key or a bearer token, not both.");

    /// <summary>A person's token holds, but gives nothing to do here.</summary>
    public static Error NoRole { get; } = new(
        "no-role", ErrorKind.Denied, "The token holds no role of this API.");

    /// <summary>A person works in the name of an application.</summary>
    public static Error ApplicationNeeded { get; } = Error.Invalid(
        "x-application", "Name the application in whose name you work.");

    /// <summary>The authority of people's tokens has not answered yet.</summary>
    public static Error AuthorityAway { get; } = new(
        "authority-away", ErrorKind.Busy, "The authority of the token does not answer.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    /// <summary>The key's line has two keys that hold already.</summary>
    public static Error KeyRotated { get; } = new(
        "key-rotated", ErrorKind.Conflict,
        "Two keys of this line hold already. Wait until the older one ends, or revoke one.");

    /// <summary>A key that no longer holds has no successor.</summary>
    public static Error KeyEnded { get; } = new(
        "key-ended", ErrorKind.Conflict, "The key was revoked or has expired. Make a new one.");

    /// <summary>The name is taken.</summary>
    public static Error ApplicationExists { get; } = new(
        "application-exists", ErrorKind.Conflict, "There is an application of that name already.");

    /// <summary>A repeated Idempotency-Key whose first answer carried a secret.</summary>
    public static Error AnswerNotKept { get; } = new(
        "answer-not-kept", ErrorKind.Conflict,
        "That key was made, and its text is not kept. Revoke it and make another.");

    /// <summary>An Idempotency-Key names one request only.</summary>
    public static Error IdempotencyKeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "Another request was made with this Idempotency-Key.");

    /// <summary>An application stays in its environment.</summary>
    public static Error EnvironmentFixed { get; } = new(
        "environment-fixed", ErrorKind.Conflict, "An application's environment cannot be changed.");

    /// <summary>An application's own admin key makes applications of its own environment only.</summary>
    public static Error OtherEnvironment { get; } = new(
        "other-environment", ErrorKind.Denied, "This key makes applications of its own environment only.");

    /// <summary>The key or person has called too often.</summary>
    public static Error RateLimited(TimeSpan wait) => new(
        "rate-limited", ErrorKind.TooMany, "Too many requests with this key. Try again later.")
    { RetryAfter = wait };

    /// <summary>The key holds but may not do this.</summary>
    public static Error Denied(Scope needed) => new(
        "denied", ErrorKind.Denied, $"This needs a key with the scope '{needed.ToString().ToLowerInvariant()}'.");
}
