using CustomerFunctions.Shared;

namespace CustomerFunctions.Messaging;

/// <summary>Every refusal of this area.</summary>
public static class MessagingErrors
{
    /// <summary>No such application in the caller's environment, or no such kind of letter.</summary>
    public static Error NotFound { get; } = Error.NotFound("template");
}
