using System.Collections.Immutable;
using CustomerFunctions.Shared;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Terminals;

/// <summary>Every refusal of this area.</summary>
public static class TerminalsErrors
{
    /// <summary>The message is no JSON object, repeats a name, or is nested too deeply.</summary>
    public static Error NotJson { get; } = new(
        "not-json", ErrorKind.Invalid,
        "The message must be a well-formed JSON object without repeated names, at most 32 levels deep.");

    /// <summary>The message is over the limit of a body.</summary>
    public static Error TooLarge { get; } =
        new("body-too-large", ErrorKind.TooLarge, "The message is over the limit of 1 MiB.");

    /// <summary>The field <c>application</c> names none, or none of the environment in question.</summary>
    public static Error UnknownApplication { get; } =
        new("unknown-application", ErrorKind.Invalid, "There is no such application.")
        {
            Fields = [new FieldError("/application", "There is no such application.")],
        };

    /// <summary>A payment cannot have that many refunds.</summary>
    public static Error TooManyFacts { get; } = new(
        "too-many-facts", ErrorKind.Conflict, $"A payment takes at most {PaymentFacts.CountMax} different messages.");

    /// <summary>The queue gave up delivering the message.</summary>
    public static Error DeadLetter(string? reason) => new(
        "dead-letter", ErrorKind.Busy, $"The queue set the message aside: {reason ?? "no reason given"}.");

    /// <summary>A card number where none belongs.</summary>
    public static Error CardNumber(ImmutableArray<FieldError> fields) =>
        new("card-number", ErrorKind.Invalid, "The message holds a card number.") { Fields = fields };

    /// <summary>No payment by that id of that application, in the caller's environment.</summary>
    public static Error NoPayment { get; } = Error.NotFound("payment");

    /// <summary>The payment's customer was erased, and nothing tells any more whose else it could be.</summary>
    public static Error PaymentErased { get; } = new(
        "payment-erased", ErrorKind.Conflict, "Its customer was erased; the payment stays as it is.");

    /// <summary>The named customer is not there: a typing slip must not make one.</summary>
    public static Error UnknownProfile { get; } = Error.Invalid("/profileId", "There is no such customer.");

    /// <summary>Nothing by that id for this caller.</summary>
    public static Error NoRejected { get; } = Error.NotFound("rejected payment");

    /// <summary>What is kept is not what was sent.</summary>
    public static Error BodyMasked { get; } = new(
        "body-masked", ErrorKind.Conflict,
        "The kept body was masked or cut. Send the corrected message as 'body'.");

    /// <summary>The corrected message can never work either; the problem names what is wrong with it.</summary>
    public static Error ReplayRefused(Error error) =>
        new Error("replay-refused", ErrorKind.Refused, "The message cannot be taken as it is.")
        {
            Fields = error.Fields,
        }.With("reason", error.Code);
}

/// <summary>Others write to the same payment or wallet for longer than one try may wait: a passing fault, as if storage
/// had not answered in time.</summary>
public sealed class PaymentContendedException() : TimeoutException("The payment or a wallet is contended.");
