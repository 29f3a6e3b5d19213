using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders;

/// <summary>Every refusal of this area.</summary>
public static class OrdersErrors
{
    /// <summary>The session's state speaks against it; <c>allowed</c> lists the states that may follow.</summary>
    public static Error IllegalMove(IReadOnlyList<string> allowed) =>
        new Error("illegal-move", ErrorKind.Conflict, "The session cannot move to that state with that content.")
            .With("allowed", allowed);

    /// <summary>The named customer is not there: a typing slip must not make one.</summary>
    public static Error UnknownProfile { get; } =
        Error.Invalid("/profileId", "There is no such customer.");

    /// <summary>Nothing by that id in the caller's application.</summary>
    public static Error NoSession { get; } = Error.NotFound("session");
}
