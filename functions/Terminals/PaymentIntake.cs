using CustomerFunctions.Access;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>What became of a message.</summary>
/// <param name="Environment">The sender's environment, when the sender is known.</param>
/// <param name="TransactionId">The payment, when the message was taken.</param>
/// <param name="Refusal">Why the message can never work, or null.</param>
public sealed record Reception(AppEnvironment? Environment, string? TransactionId, Error? Refusal);

/// <summary>Takes what terminals say of payments. Saying it again changes nothing.</summary>
public sealed class PaymentIntake(ApplicationDirectory applications, PaymentWriter writer, TimeProvider clock)
{
    /// <summary>Reads a message, keeps what it says and does what follows from it. A message that can never work is a
    /// refusal; a passing fault is thrown.</summary>
    /// <param name="text">The message.</param>
    /// <param name="only">When given, senders of the other environment are unknown.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Reception> ReceiveAsync(string text, AppEnvironment? only, CancellationToken cancel)
    {
        var name = TerminalMessage.SenderOf(text);
        var application = name is null ? null : await applications.FindAsync(name, cancel);
        if (!TerminalMessage.Unwrap(text).Try(out var data, out var unreadable))
            return new Reception(application?.Environment, null, unreadable);
        if (application is null || (only is { } wanted && application.Environment != wanted))
            return new Reception(null, null, Unknown(data));
        var environment = application.Environment;
        var read = TerminalMessage.Read(data, environment, application.Currency);
        if (!read.Try(out var message, out var invalid)) return new Reception(environment, null, invalid);
        var refusal = await TakeAsync(environment, application.Name, message.TransactionId, message.Fact, cancel);
        return new Reception(environment, refusal is null ? message.TransactionId : null, refusal);
    }

    // Nothing of the sender is known, so the rest of the message is judged as if it were an application's: a card
    // number must be noticed all the same.
    private static Error Unknown(System.Text.Json.JsonElement data)
    {
        var read = TerminalMessage.Read(data, AppEnvironment.Sandbox, "EUR");
        if (read.Error is not { } other) return TerminalsErrors.UnknownApplication;
        return other with
        {
            Code = other.Code == "invalid" ? "unknown-application" : other.Code,
            Fields = [.. TerminalsErrors.UnknownApplication.Fields.Concat(
                other.Fields.Where(f => f.Pointer is not ("/application" or "/environment")))],
        };
    }

    private async Task<Error?> TakeAsync(
        AppEnvironment environment, string application, string transactionId, PaymentFact fact,
        CancellationToken cancel)
    {
        var refusal = await writer.ChangeAsync(
            PaymentKey.Of(environment, application, transactionId),
            known =>
            {
                var payment = known ?? new Payment
                {
                    Application = application,
                    TransactionId = transactionId,
                    KnownAt = clock.GetUtcNow(),
                };
                var facts = payment.Facts.With(payment.IsErased ? PaymentErasure.Of(fact) : fact);
                if (ReferenceEquals(facts, payment.Facts)) return payment;
                return facts.ByKey.Count > PaymentFacts.CountMax
                    ? TerminalsErrors.TooManyFacts
                    : payment with { Facts = facts };
            },
            cancel);
        return refusal is { Kind: ErrorKind.Busy } ? throw new PaymentContendedException() : refusal;
    }
}
