using System.Collections.Immutable;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>Where a payment stands.</summary>
public enum PaymentStatus
{
    Completed,
    Cancelled,
    Refunded,
    PartiallyRefunded,

    /// <summary>Held, or only refunds of it are known yet.</summary>
    OnHold,
}

/// <summary>What the facts of a payment add up to. Amounts are minor units.</summary>
/// <param name="Status">A cancellation beats everything; a completion beats a hold.</param>
/// <param name="Amount">What was paid; 0 while that is not known.</param>
/// <param name="Refunded">What was given back, as far as it counts.</param>
/// <param name="Net">What is left and earns; 0 unless completed.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="OccurredAt">When it was paid; until that is known, when the first other fact happened.</param>
/// <param name="Fingerprint">The card, when the completion names one.</param>
/// <param name="Flags"><c>over-refund</c>, <c>currency-mismatch</c>, <c>conflicting-facts</c>,
/// <c>awaiting-payment</c>.</param>
public sealed record PaymentSummary(
    PaymentStatus Status, long Amount, long Refunded, long Net, string Currency, DateTimeOffset OccurredAt,
    string? Fingerprint, ImmutableArray<string> Flags)
{
    /// <summary>Adds the facts up. There must be at least one.</summary>
    public static PaymentSummary Of(PaymentFacts facts)
    {
        var all = facts.ByKey.Values;
        var paid = facts.Completed;
        var flags = new SortedSet<string>(StringComparer.Ordinal);
        if (facts.IsDisputed) flags.Add("conflicting-facts");
        var refunded = paid is null ? 0 : Applied(paid, all, flags);
        var isCancelled = facts.ByKey.ContainsKey(nameof(FactKind.Cancelled));
        var isHeld = facts.ByKey.ContainsKey(nameof(FactKind.OnHold));
        if (paid is null && !isCancelled && !isHeld) flags.Add("awaiting-payment");
        var first = paid ?? all.MinBy(f => f.Content(), StringComparer.Ordinal)!;
        return new PaymentSummary(
            StatusOf(isCancelled, paid, refunded), paid?.Amount ?? 0, refunded,
            isCancelled || paid is null ? 0 : paid.Amount - refunded,
            first.Currency, first.OccurredAt, first.Fingerprint, [.. flags]);
    }

    private static PaymentStatus StatusOf(bool isCancelled, PaymentFact? paid, long refunded)
    {
        if (isCancelled) return PaymentStatus.Cancelled;
        if (paid is null) return PaymentStatus.OnHold;
        if (refunded == 0) return PaymentStatus.Completed;
        return refunded == paid.Amount ? PaymentStatus.Refunded : PaymentStatus.PartiallyRefunded;
    }

    // Refunds count in the order of their own time, so the same ones count whatever the order of arrival.
    private static long Applied(PaymentFact paid, IEnumerable<PaymentFact> facts, SortedSet<string> flags)
    {
        var applied = 0L;
        foreach (var refund in facts.Where(f => f.Kind == FactKind.Refunded)
            .OrderBy(f => f.Content(), StringComparer.Ordinal).ThenBy(f => f.Key, StringComparer.Ordinal))
        {
            if (refund.Currency != paid.Currency) flags.Add("currency-mismatch");
            else if (refund.Amount > paid.Amount - applied) flags.Add("over-refund");
            else applied += refund.Amount;
        }

        return applied;
    }
}
