using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders.Domain;

/// <summary>How a customer wants to check out.</summary>
public enum CheckoutAs
{
    /// <summary>As the registered customer whose email or phone it is.</summary>
    Registered,

    /// <summary>As a guest, though an account may exist.</summary>
    Guest,
}

/// <summary>One line of the cart; prices are minor units.</summary>
public sealed record SessionLine(
    string Sku, string? Name, string? Category, long Quantity, long UnitPrice,
    IReadOnlyDictionary<string, JsonElement> Attributes);

/// <summary>A discount on the whole order, in minor units.</summary>
public sealed record SessionDiscount(string Name, long Amount);

/// <summary>How a part of the order was paid, in minor units.</summary>
/// <param name="Method">Such as <c>card</c>.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Fingerprint">The card's fingerprint; never a card number.</param>
public sealed record SessionPayment(string Method, long Amount, string? Fingerprint);

/// <summary>Who is at the checkout, as the ordering site was told. It is never stored with the session: it goes into
/// the profile that it leads to, so that an erasure finds it in one place.</summary>
/// <param name="Email">As given.</param>
/// <param name="Phone">In E.164.</param>
/// <param name="Name">As given.</param>
/// <param name="Verified">The site vouches that the person owns the email and phone.</param>
public sealed record SessionContact(string? Email, string? Phone, string? Name, bool Verified)
{
    /// <summary>True when somebody can be reached by it.</summary>
    [JsonIgnore]
    public bool IsReachable => Email is not null || Phone is not null;
}

/// <summary>What an order is made of.</summary>
public sealed record SessionContent
{
    public required SalesChannel Channel { get; init; }

    public string? Store { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public CheckoutAs? CheckoutAs { get; init; }

    public ImmutableArray<SessionLine> Items { get; init; } = [];

    public ImmutableArray<SessionDiscount> Discounts { get; init; } = [];

    public ImmutableArray<string> Coupons { get; init; } = [];

    public string? ReferralCode { get; init; }

    /// <summary>Codes of the loyalty cards that were shown.</summary>
    public ImmutableArray<string> LoyaltyCards { get; init; } = [];

    public ImmutableArray<SessionPayment> Payments { get; init; } = [];

    public string? OrderNumber { get; init; }

    /// <summary>Custom attributes of the order itself.</summary>
    public IReadOnlyDictionary<string, JsonElement> Attributes { get; init; } =
        ImmutableSortedDictionary<string, JsonElement>.Empty;

    /// <summary>The lines before discounts, in minor units.</summary>
    [JsonIgnore]
    public long Gross => Items.Sum(i => i.Quantity * i.UnitPrice);

    /// <summary>How many things are ordered.</summary>
    [JsonIgnore]
    public long Units => Items.Sum(i => i.Quantity);

    /// <summary>All discounts, in minor units.</summary>
    [JsonIgnore]
    public long Discount => Discounts.Sum(d => d.Amount);

    /// <summary>The lines less the discounts, in minor units; never below zero.</summary>
    [JsonIgnore]
    public long Total => Gross - Discount;

    /// <summary>The cards that the order was paid with, each once.</summary>
    [JsonIgnore]
    public IEnumerable<string> Fingerprints => Payments.Select(p => p.Fingerprint).OfType<string>().Distinct();
}
