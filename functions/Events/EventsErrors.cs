using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Events;

/// <summary>Every refusal of this area.</summary>
public static class EventsErrors
{
    /// <summary>No such subscription in the caller's environment.</summary>
    public static Error NotFound { get; } = Error.NotFound("subscription");

    /// <summary>An environment has as many subscriptions as can be.</summary>
    public static Error TooMany { get; } = new(
        "too-many-subscriptions", ErrorKind.Conflict,
        $"An environment has at most {Subscription.CountMax} subscriptions.");

    /// <summary>The key named another request before.</summary>
    public static Error KeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "This Idempotency-Key was used for another request.");
}
