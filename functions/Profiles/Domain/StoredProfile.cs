using System.Collections.Immutable;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>A customer as stored.</summary>
/// <param name="Key">The customer's own key.</param>
/// <param name="IntegrationId">The callers' name for the customer.</param>
/// <param name="Profile">What callers wrote.</param>
/// <param name="Figures">What the customer's orders add up to.</param>
/// <param name="Version">Counts what callers changed, from 1.</param>
/// <param name="MobileVerified">The phone was proven by a code.</param>
/// <param name="CreatedAt">When the customer was made.</param>
/// <param name="ChangedAt">When a caller last changed the data.</param>
public sealed record StoredProfile(
    ProfileKey Key,
    string IntegrationId,
    Profile Profile,
    ProfileFigures Figures,
    long Version,
    bool MobileVerified,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt)
{
    /// <summary>Keys of customers that were merged into this one, oldest merge last.</summary>
    public ImmutableArray<ProfileKey> Absorbed { get; init; } = [];

    /// <summary>The customer whose merge into this one is under way; null for none.</summary>
    public ProfileKey? Absorbing { get; init; }

    /// <summary>Ids and contacts of customers that were merged into this one.</summary>
    public ImmutableArray<Alias> Aliases { get; init; } = [];

    /// <summary>Every id that leads to this customer, its own first.</summary>
    public IEnumerable<string> Ids => Aliases.Select(a => a.IntegrationId).Prepend(IntegrationId);

    /// <summary>Every email that the customer is known by.</summary>
    public IEnumerable<string> Emails => Aliases.Select(a => a.Email).Prepend(Profile.Email).OfType<string>();

    /// <summary>Every phone that the customer is known by, in E.164.</summary>
    public IEnumerable<string> Phones => Aliases.Select(a => a.Phone).Prepend(Profile.Phone).OfType<string>();

    /// <summary>All keys under which something of this customer is stored, its own first.</summary>
    public IReadOnlyList<ProfileKey> Keys => [Key, .. Absorbed];

    /// <summary>The version as callers see it in the header <c>ETag</c>.</summary>
    public string ETag => $"\"{Version}\"";

    /// <summary>The later of the last change and the last purchase.</summary>
    public DateTimeOffset LastActivityAt => Figures.LastActivityAt is { } at && at > ChangedAt ? at : ChangedAt;
}

/// <summary>What a customer's orders add up to in one currency, in minor units.</summary>
/// <param name="SpentMinor">After discounts, before refunds.</param>
/// <param name="DiscountMinor">Discounts.</param>
/// <param name="RefundedMinor">Refunds.</param>
public sealed record MoneyFigures(long SpentMinor, long DiscountMinor, long RefundedMinor)
{
    /// <summary>Orders in this currency.</summary>
    public int Orders { get; init; }

    /// <summary>What was spent in those orders; payments that belong to no order are not in it.</summary>
    public long OrdersMinor { get; init; }
}

/// <summary>What a customer's orders add up to.</summary>
/// <param name="Orders">Orders that closed and were not cancelled.</param>
/// <param name="DiscountedOrders">Those of them with a discount.</param>
/// <param name="Money">By currency.</param>
/// <param name="FirstOrderAt">The earliest order.</param>
/// <param name="LastOrderAt">The latest order.</param>
/// <param name="LastActivityAt">The latest instant of any purchase, return or cancellation.</param>
public sealed record ProfileFigures(
    int Orders,
    int DiscountedOrders,
    ImmutableSortedDictionary<string, MoneyFigures> Money,
    DateTimeOffset? FirstOrderAt,
    DateTimeOffset? LastOrderAt,
    DateTimeOffset? LastActivityAt)
{
    /// <summary>No orders yet.</summary>
    public static ProfileFigures None { get; } = new(
        0, 0, ImmutableSortedDictionary.Create<string, MoneyFigures>(StringComparer.Ordinal), null, null, null);

    /// <summary>The figures with one more purchase.</summary>
    public ProfileFigures With(Purchase purchase)
    {
        var money = Money.GetValueOrDefault(purchase.Currency) ?? new MoneyFigures(0, 0, 0);
        money = new MoneyFigures(
            money.SpentMinor + purchase.AmountMinor,
            money.DiscountMinor + purchase.DiscountMinor,
            money.RefundedMinor + purchase.RefundedMinor)
        {
            Orders = money.Orders + purchase.Orders,
            OrdersMinor = money.OrdersMinor + (purchase.Orders == 0 ? 0 : purchase.AmountMinor),
        };
        return new ProfileFigures(
            Orders + purchase.Orders,
            DiscountedOrders + purchase.DiscountedOrders,
            Money.SetItem(purchase.Currency, money),
            purchase.Orders > 0 ? Earlier(FirstOrderAt, purchase.At) : FirstOrderAt,
            purchase.Orders > 0 ? Later(LastOrderAt, purchase.At) : LastOrderAt,
            Later(LastActivityAt, purchase.At));
    }

    /// <summary>The figures of two customers who are one.</summary>
    public ProfileFigures Plus(ProfileFigures other)
    {
        var money = Money;
        foreach (var (currency, more) in other.Money)
        {
            var own = money.GetValueOrDefault(currency) ?? new MoneyFigures(0, 0, 0);
            money = money.SetItem(currency, new MoneyFigures(
                own.SpentMinor + more.SpentMinor, own.DiscountMinor + more.DiscountMinor,
                own.RefundedMinor + more.RefundedMinor)
            {
                Orders = own.Orders + more.Orders,
                OrdersMinor = own.OrdersMinor + more.OrdersMinor,
            });
        }

        return new ProfileFigures(
            Orders + other.Orders,
            DiscountedOrders + other.DiscountedOrders,
            money,
            other.FirstOrderAt is { } first ? Earlier(FirstOrderAt, first) : FirstOrderAt,
            other.LastOrderAt is { } last ? Later(LastOrderAt, last) : LastOrderAt,
            other.LastActivityAt is { } activity ? Later(LastActivityAt, activity) : LastActivityAt);
    }

    private static DateTimeOffset Earlier(DateTimeOffset? a, DateTimeOffset b) => a < b ? a.Value : b;

    private static DateTimeOffset Later(DateTimeOffset? a, DateTimeOffset b) => a > b ? a.Value : b;
}

/// <summary>What one order, return or cancellation adds to a customer's figures; a cancellation gives what it takes
/// back as negative numbers.</summary>
/// <param name="Orders">1 for an order, 0 for a payment or return, -1 for a cancellation.</param>
/// <param name="AmountMinor">After discounts, before refunds, in minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="DiscountMinor">Discounts, in minor units.</param>
/// <param name="At">When it happened.</param>
public sealed record Purchase(int Orders, long AmountMinor, string Currency, long DiscountMinor, DateTimeOffset At)
{
    /// <summary>Refunds, in minor units.</summary>
    public long RefundedMinor { get; init; }

    /// <summary>Orders with a discount that this adds; as <see cref="Orders"/> when there is a discount.</summary>
    public int DiscountedOrders { get; init; } = DiscountMinor != 0 ? Orders : 0;
}

/// <summary>What a checkout knows of a guest; all of it optional.</summary>
/// <param name="Email">As given.</param>
/// <param name="PhoneE164">In E.164.</param>
/// <param name="Name">As given.</param>
public sealed record GuestContact(string? Email, string? PhoneE164, string? Name);
