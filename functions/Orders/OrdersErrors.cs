using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders;

/// <summary>Every refusal of this area.</summary>
public static class OrdersErrors
{
    /// <summary>The session's state speaks against it; <c>allowed</c> lists the states that may follow.</summary>
    public static Error IllegalMove(IReadOnlyList<string> allowed) =>
        new Error("illegal-move", ErrorKind.Conflict, "The session cannot move to that state with that content.")
            .With("allowed", allowed);

    /// <summary>More would come back than there is; <c>lines</c> tells how many of each are left.</summary>
    public static Error OverReturn(IReadOnlyList<ReturnedLine> remaining) =>
        new Error("over-return", ErrorKind.Conflict, "Not that many of a line are left to be given back.")
            .With("lines", remaining.Select(l => new { l.Line, Remaining = l.Quantity }).ToList());

    /// <summary>A session takes so many returns and no more.</summary>
    public static Error TooManyReturns { get; } = new(
        "too-many-returns", ErrorKind.Conflict, $"A session takes at most {SessionReturns.CountMax} returns.");

    /// <summary>The same Idempotency-Key with another request.</summary>
    public static Error KeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "This Idempotency-Key was used for another request.");

    /// <summary>The named customer is not there: a typing slip must not make one.</summary>
    public static Error UnknownProfile { get; } =
        Error.Invalid("/profileId", "There is no such customer.");

    /// <summary>Nothing by that id in the caller's application.</summary>
    public static Error NoSession { get; } = Error.NotFound("session");
}
