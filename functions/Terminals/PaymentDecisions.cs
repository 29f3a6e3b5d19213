using CustomerFunctions.Access;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>An admin's word about whose a payment is: somebody's, nobody's, or whosever its card says.</summary>
public sealed class PaymentDecisions(
    PaymentTable payments, PaymentWriter writer, PaymentAnswers answers, TimeProvider clock)
{
    /// <summary>The payment of a route. Transaction ids belong to an application. Fails with: not-found.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="transactionId">As it stands in the route.</param>
    /// <param name="application">Whose payment; null for the caller's own application.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Result<PaymentKey>> FindAsync(
        Caller caller, string transactionId, string? application, CancellationToken cancel)
    {
        var key = PaymentKey.Of(
            caller.Environment, application ?? caller.App.Name, RouteSegment.Read(transactionId));
        return (await payments.FindAsync(key, cancel)).Payment is null ? TerminalsErrors.NoPayment : key;
    }

    /// <summary>Decides that a payment is a customer's, or nobody's. The same decision again changes nothing.
    /// Fails with: not-found, payment-erased, contention.</summary>
    public Task<Result<PaymentAnswer>> DecideAsync(
        Caller caller, PaymentKey key, StoredProfile? customer, CancellationToken cancel) => ChangeAsync(
        key,
        so => so is not null && so.ProfileKey == customer?.Key.ToString()
            ? so
            : new PaymentDecision(customer?.Key.ToString(), clock.GetUtcNow(), caller.Name),
        cancel);

    /// <summary>Gives the decision back to the payment's card. Fails with: not-found, payment-erased, contention.
    /// </summary>
    public Task<Result<PaymentAnswer>> UndecideAsync(PaymentKey key, CancellationToken cancel) =>
        ChangeAsync(key, _ => null, cancel);

    private async Task<Result<PaymentAnswer>> ChangeAsync(
        PaymentKey key, Func<PaymentDecision?, PaymentDecision?> change, CancellationToken cancel)
    {
        var refusal = await writer.ChangeAsync(
            key,
            known =>
            {
                if (known is null) return TerminalsErrors.NoPayment;
                if (known.IsErased) return TerminalsErrors.PaymentErased;
                var decision = change(known.Decision);
                return decision == known.Decision ? known : known with { Decision = decision };
            },
            cancel);
        if (refusal is not null) return refusal;
        var payment = (await payments.FindAsync(key, cancel)).Payment;
        if (payment is null) return TerminalsErrors.NoPayment;
        return (await answers.OfAsync(key.Environment, [payment], cancel))[0];
    }
}
