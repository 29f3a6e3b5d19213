using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>Points that a payment earned in a program.</summary>
public sealed record PointsEarned(string Program, decimal Points);

/// <param name="TransactionId">The payment, as its terminal names it.</param>
/// <param name="Application">Whose terminal.</param>
/// <param name="Profile">The key of the customer; null when nobody is left.</param>
/// <param name="Points">What it earned.</param>
[EventType("payment.linked", "A payment was found to be a customer's, or another customer's than before.")]
public sealed record PaymentLinked(
    string TransactionId, string Application, string? Profile, IReadOnlyList<PointsEarned> Points);

/// <param name="RejectedId">Its name in the list of rejected messages.</param>
/// <param name="Code">What is wrong with it.</param>
[EventType("payment.rejected", "A terminal's message was set aside because it can never work as it is.")]
public sealed record PaymentRejected(string RejectedId, string Code);
