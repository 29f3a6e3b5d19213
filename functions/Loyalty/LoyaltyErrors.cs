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

    /// <summary>The wallet has as many ledgers as its head can count.</summary>
    public static Error TooManyLedgers { get; } = new(
        "too-many-ledgers", ErrorKind.Conflict, $"A wallet has at most {LedgerRules.LedgersMax} ledgers.");

    /// <summary>The wallet owes for as many corrections as its head can list.</summary>
    public static Error TooManyDebts { get; } = new(
        "too-many-debts", ErrorKind.Conflict, $"A wallet has at most {LedgerRules.DebtsMax} debts.");

    /// <summary>Only grants and deductions can be undone; the other side of anything else is another change.</summary>
    public static Error NotReversible { get; } = new(
        "not-reversible", ErrorKind.Conflict, "Only entries of the kinds added and deducted can be reversed.");

    /// <summary>No points of that entry or session wait for an action.</summary>
    public static Error NothingAwaits { get; } = new(
        "nothing-awaits", ErrorKind.Conflict, "No such points wait to be activated.");

    /// <summary>Points would end before they begin: an expiry such as <c>0D_D</c> lies before any start.</summary>
    public static Error ExpiryPassed { get; } = new(
        "expiry-passed", ErrorKind.Conflict, "These points would have ended before they begin.");

    /// <summary>No points would last longer.</summary>
    public static Error NothingToExtend { get; } = new(
        "nothing-to-extend", ErrorKind.Conflict, "No open points would get a later expiry by this.");

    /// <summary>The points would stay where they are.</summary>
    public static Error SamePlace { get; } = Error.Invalid("/to", "It must be another wallet or ledger.");

    /// <summary>Who owns a program's wallets cannot change once there may be some.</summary>
    public static Error KindFixed { get; } = new(
        "kind-fixed", ErrorKind.Conflict, "The kind of a program that is there already cannot change.");

    /// <summary>The program takes part in nothing.</summary>
    public static Error ProgramInactive { get; } =
        new("program-inactive", ErrorKind.Conflict, "This program is not active.");

    /// <summary>The same Idempotency-Key with another request.</summary>
    public static Error KeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "This Idempotency-Key was used for another request.");

    /// <summary>There is nothing that the origin has spent and not got back.</summary>
    public static Error NothingSpent { get; } = new(
        "nothing-spent", ErrorKind.Conflict, "No such points were spent, or they were given back.");

    /// <summary>The entry was undone before; the problem names the entry that did.</summary>
    public static Error AlreadyReversed(long by) =>
        new Error("already-reversed", ErrorKind.Conflict, "This entry has been reversed before.").With("entry", by);

    /// <summary>Nothing may be earned or spent in this wallet.</summary>
    /// <param name="seal">Why: <c>blocked</c>.</param>
    public static Error Sealed(string seal) =>
        new Error("wallet-sealed", ErrorKind.Conflict, "Nothing can be earned or spent in this wallet.")
            .With("seal", seal);

    /// <summary>Fewer active points than asked for; the problem carries the balance.</summary>
    public static Error InsufficientPoints(BalanceAfter balance, string ledger) =>
        new Error("insufficient-points", ErrorKind.Conflict, "There are not enough active points.")
            .With("ledger", ledger).With("balance", balance);
}
