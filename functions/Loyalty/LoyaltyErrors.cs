using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Loyalty;

/// <summary>Every refusal of this area.</summary>
public static class LoyaltyErrors
{
    /// <summary>The program keeps only its main ledger.</summary>
    public static Error SubledgersOff { get; } =
        new("subledgers-off", ErrorKind.Conflict, "This program has no subledgers.");

    /// <summary>The wallet has as many open lots as one transaction can spend.</summary>
    public static Error TooManyLots { get; } = new(
        "too-many-lots", ErrorKind.Conflict, $"A wallet holds at most {LedgerRules.LotsMax} open grants of points.");

    /// <summary>The program takes part in nothing.</summary>
    public static Error ProgramInactive { get; } =
        new("program-inactive", ErrorKind.Conflict, "This program is not active.");

    /// <summary>The same Idempotency-Key with another request.</summary>
    public static Error KeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "This Idempotency-Key was used for another request.");

    /// <summary>Fewer active points than asked for; the problem carries the balance.</summary>
    public static Error InsufficientPoints(BalanceAfter balance, string ledger) =>
        new Error("insufficient-points", ErrorKind.Conflict, "There are not enough active points.")
            .With("ledger", ledger).With("balance", balance);
}
