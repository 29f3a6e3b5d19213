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

    /// <summary>The name is taken.</summary>
    public static Error ApplicationExists { get; } = new(
        "application-exists", ErrorKind.Conflict, "There is an application of that name already.");

    /// <summary>A repeated Idempotency-Key whose first answer carried a secret.</summary>
    public static Error AnswerNotKept { get; } = new(
        "answer-not-kept", ErrorKind.Conflict,
        "That key was made, and its text is not kept. Revoke it and make another.");

    /// <summary>An application stays in its environment.</summary>
    public static Error EnvironmentFixed { get; } = new(
        "environment-fixed", ErrorKind.Conflict, "An application's environment cannot be changed.");

    /// <summary>An application's own admin key makes applications of its own environment only.</summary>
    public static Error OtherEnvironment { get; } = new(
        "other-environment", ErrorKind.Denied, "This key makes applications of its own environment only.");

    /// <summary>The key holds but may not do this.</summary>
    public static Error Denied(Scope needed) => new(
        "denied", ErrorKind.Denied, $"This needs a key with the scope '{needed.ToString().ToLowerInvariant()}'.");
}
