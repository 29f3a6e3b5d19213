using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>What a terminal can say of a payment.</summary>
public enum FactKind
{
    /// <summary>Money was paid.</summary>
    Completed,

    /// <summary>All of it was undone.</summary>
    Cancelled,

    /// <summary>A part of it, or all, was given back.</summary>
    Refunded,

    /// <summary>It is waited for.</summary>
    OnHold,
}

/// <summary>One thing that was bought, in minor units.</summary>
public sealed record PaidItem(string? Sku, string? Name, long Quantity, long UnitPrice);

/// <summary>One thing that a terminal said of one payment.</summary>
public sealed record PaymentFact
{
    public required FactKind Kind { get; init; }

    /// <summary>The terminal's name for the message; another message may say the same.</summary>
    public required string EventId { get; init; }

    /// <summary>The terminal's name for the refund; without it the event's.</summary>
    public string? RefundId { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Minor units; 0 where the kind carries none.</summary>
    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public string? TerminalId { get; init; }

    public string? StoreId { get; init; }

    public string? PaymentMedia { get; init; }

    public string? Fingerprint { get; init; }

    public string? OrderNumber { get; init; }

    public ImmutableArray<PaidItem> Items { get; init; } = [];

    /// <summary>Facts of one key say the same thing; a payment has one of each but refunds.</summary>
    [JsonIgnore]
    public string Key => Kind == FactKind.Refunded ? $"refund|{RefundId ?? EventId}" : Kind.ToString();

    /// <summary>Which message said it.</summary>
    [JsonIgnore]
    public string Message => $"{EventId}|{RefundId}";

    /// <summary>What it says, whatever message said it: for comparing facts, and for an order among them.</summary>
    public string Content() =>
        $"{OccurredAt.UtcTicks:D19}" + Json.Write(this with { EventId = "", RefundId = null });
}

/// <summary>
/// All that is known of one payment: at most one fact for each key. Adding facts is commutative, associative and
/// idempotent, so the order and number of arrivals leave no trace. Where two facts of one key disagree, the one that
/// comes first by time and then by content stays, and the payment is flagged.
/// </summary>
/// <param name="ByKey">The facts by their key.</param>
/// <param name="IsDisputed">Two facts of one key disagreed.</param>
public sealed record PaymentFacts(ImmutableSortedDictionary<string, PaymentFact> ByKey, bool IsDisputed)
{
    /// <summary>Most facts of one payment: they lie in one row.</summary>
    public const int CountMax = 200;

    /// <summary>The facts by their key. Read from storage they come in the server's language's order, in which some
    /// keys would be one.</summary>
    public ImmutableSortedDictionary<string, PaymentFact> ByKey
    {
        get;
        init => field = value.WithComparers(StringComparer.Ordinal);
    } = ByKey.WithComparers(StringComparer.Ordinal);

    /// <summary>Nothing known.</summary>
    public static PaymentFacts None { get; } = new(
        ImmutableSortedDictionary.Create<string, PaymentFact>(StringComparer.Ordinal), IsDisputed: false);

    /// <summary>The payment's completion, or null while it is not known.</summary>
    [JsonIgnore]
    public PaymentFact? Completed => ByKey.GetValueOrDefault(nameof(FactKind.Completed));

    /// <summary>The facts with one more; the very same object when it says nothing new.</summary>
    public PaymentFacts With(PaymentFact fact)
    {
        if (!ByKey.TryGetValue(fact.Key, out var known)) return this with { ByKey = ByKey.SetItem(fact.Key, fact) };
        var order = string.CompareOrdinal(known.Content(), fact.Content());
        if (order == 0)
            return string.CompareOrdinal(known.Message, fact.Message) <= 0
                ? this
                : this with { ByKey = ByKey.SetItem(fact.Key, fact) };
        var kept = order < 0 ? ByKey : ByKey.SetItem(fact.Key, fact);
        return order < 0 && IsDisputed ? this : new PaymentFacts(kept, IsDisputed: true);
    }
}
