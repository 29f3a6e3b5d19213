using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>What payments at terminals say that customers bought and earned.</summary>
public sealed class RecordedPayments(PaymentHistory history, PaymentTable payments) : IEarningRecords
{
    private const int PageSize = 1000;

    /// <inheritdoc/>
    public string OriginKind => Origins.PaymentKind;

    /// <inheritdoc/>
    public async IAsyncEnumerable<EarningRecord> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (position, payment) in history.ReadAsync(environment, keys, null, PageSize, cancel))
            yield return Of(payment, new Origin(OriginKind, position[(position.IndexOf('|') + 1)..]), keys);
    }

    /// <inheritdoc/>
    public async Task<EarningRecord?> FindAsync(
        AppEnvironment environment, Origin origin, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        (await payments.FindAsync(new PaymentKey(environment, origin.Id), cancel)).Payment is { } payment
            ? Of(payment, origin, keys)
            : null;

    private static EarningRecord Of(Payment payment, Origin origin, IReadOnlyList<ProfileKey> keys)
    {
        var isTheirs = keys.Any(k => k.ToString() == payment.Outcome.ProfileKey);
        return new EarningRecord(
            $"payment {payment.TransactionId} of {payment.Application}", origin,
            isTheirs ? [.. PurchasesOf(payment)] : [],
            isTheirs ? payment.Outcome.Points : ImmutableDictionary<string, long>.Empty)
        {
            Faults = [.. FaultsOf(payment)],
        };
    }

    private static IEnumerable<Purchase> PurchasesOf(Payment payment)
    {
        var outcome = payment.Outcome;
        if (outcome.Spent != 0 || outcome.Refunded != 0)
            yield return new Purchase(0, outcome.Spent, outcome.Currency, 0, outcome.OccurredAt!.Value)
            {
                Channel = SalesChannel.Terminal,
                RefundedMinor = outcome.Refunded,
            };
    }

    private static IEnumerable<string> FaultsOf(Payment payment)
    {
        if (payment.Intent is not null) yield break;
        var summary = PaymentSummary.Of(payment.Facts);
        var isCancelled = summary.Status == PaymentStatus.Cancelled;
        if (payment.Outcome.Spent != (isCancelled ? 0 : summary.Amount)
            || payment.Outcome.Refunded != (isCancelled ? 0 : summary.Refunded))
            yield return "It counts as something else than its terminals say.";
    }
}
