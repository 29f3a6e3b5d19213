using System.Collections.Immutable;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>Takes what is personal out of a payment. Amounts, points, dates, store and terminal stay.</summary>
public static class PaymentErasure
{
    /// <summary>The payment without card, words and what an admin said of it. It goes on earning, or giving back, where
    /// it has earned.</summary>
    public static Payment Of(Payment payment) => payment with
    {
        IsErased = true,
        Decision = null,
        Facts = payment.Facts with
        {
            ByKey = payment.Facts.ByKey.ToImmutableSortedDictionary(
                f => f.Key, f => Of(f.Value), StringComparer.Ordinal),
        },
        Rates = payment.Rates is { } rates
            ? [.. rates.Where(r => payment.Outcome.Points.ContainsKey(r.Program))]
            : null,
    };

    /// <summary>One fact without card and words; without them twice is the same as once.</summary>
    public static PaymentFact Of(PaymentFact fact) => fact with
    {
        PaymentMedia = null,
        Fingerprint = null,
        OrderNumber = null,
        Items = [.. fact.Items.Select(i => i with { Sku = null, Name = null })],
    };
}
