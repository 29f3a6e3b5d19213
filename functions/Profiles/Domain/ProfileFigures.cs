using System.Collections.Immutable;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>What a customer's orders add up to in one currency, in minor units.</summary>
/// <param name="SpentMinor">After discounts, before refunds.</param>
/// <param name="DiscountMinor">Discounts, less those that went back with what was returned.</param>
/// <param name="RefundedMinor">Refunds.</param>
public sealed record MoneyFigures(long SpentMinor, long DiscountMinor, long RefundedMinor)
{
    /// <summary>Nothing.</summary>
    public static MoneyFigures None { get; } = new(0, 0, 0);

    /// <summary>Orders in this currency.</summary>
    public int Orders { get; init; }

    /// <summary>What was spent in those orders; payments that belong to no order are not in it.</summary>
    public long OrdersMinor { get; init; }

    public static MoneyFigures operator +(MoneyFigures a, MoneyFigures b) => new(
        a.SpentMinor + b.SpentMinor, a.DiscountMinor + b.DiscountMinor, a.RefundedMinor + b.RefundedMinor)
    {
        Orders = a.Orders + b.Orders,
        OrdersMinor = a.OrdersMinor + b.OrdersMinor,
    };
}

/// <summary>Figures by currency; without those in which nothing is left.</summary>
public static class Moneys
{
    /// <summary>Nothing yet.</summary>
    public static ImmutableSortedDictionary<string, MoneyFigures> None { get; } =
        ImmutableSortedDictionary.Create<string, MoneyFigures>(StringComparer.Ordinal);

    /// <summary>The figures with more in one currency.</summary>
    public static ImmutableSortedDictionary<string, MoneyFigures> With(
        this ImmutableSortedDictionary<string, MoneyFigures> money, string currency, MoneyFigures more)
    {
        var sum = money.GetValueOrDefault(currency, MoneyFigures.None) + more;
        return sum == MoneyFigures.None ? money.Remove(currency) : money.SetItem(currency, sum);
    }

    /// <summary>Two customers' figures together.</summary>
    public static ImmutableSortedDictionary<string, MoneyFigures> With(
        this ImmutableSortedDictionary<string, MoneyFigures> money,
        IEnumerable<KeyValuePair<string, MoneyFigures>> more) =>
        more.Aggregate(money, (sum, m) => sum.With(m.Key, m.Value));
}

/// <summary>When the first and the last of a customer's orders were closed; null when there are none.</summary>
public sealed record OrderSpan(DateTimeOffset? First, DateTimeOffset? Last);

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
    public static ProfileFigures None { get; } = new(0, 0, Moneys.None, null, null, null);

    /// <summary>The same by channel, and in it by currency.</summary>
    public ImmutableSortedDictionary<SalesChannel, ImmutableSortedDictionary<string, MoneyFigures>> Channels
    {
        get;
        init;
    } = ImmutableSortedDictionary<SalesChannel, ImmutableSortedDictionary<string, MoneyFigures>>.Empty;

    /// <summary>The figures with one more purchase.</summary>
    public ProfileFigures With(Purchase purchase) => this with
    {
        Orders = Orders + purchase.Orders,
        DiscountedOrders = DiscountedOrders + purchase.DiscountedOrders,
        Money = Money.With(purchase.Currency, purchase.Money),
        Channels = WithChannel(purchase.Channel, [KeyValuePair.Create(purchase.Currency, purchase.Money)]).Channels,
        FirstOrderAt = purchase.Orders > 0 ? Earlier(FirstOrderAt, purchase.At) : FirstOrderAt,
        LastOrderAt = purchase.Orders > 0 ? Later(LastOrderAt, purchase.At) : LastOrderAt,
        LastActivityAt = Later(LastActivityAt, purchase.At),
    };

    /// <summary>True when an order of that instant may be the first or the last: who takes it away must say which are
    /// then.</summary>
    public bool IsAtAnEnd(DateTimeOffset orderAt) => orderAt <= FirstOrderAt || orderAt >= LastOrderAt;

    /// <summary>The figures with other first and last orders.</summary>
    public ProfileFigures Within(OrderSpan span) => this with { FirstOrderAt = span.First, LastOrderAt = span.Last };

    /// <summary>The figures of two customers who are one.</summary>
    public ProfileFigures Plus(ProfileFigures other)
    {
        var sum = this with
        {
            Orders = Orders + other.Orders,
            DiscountedOrders = DiscountedOrders + other.DiscountedOrders,
            Money = Money.With(other.Money),
            FirstOrderAt = other.FirstOrderAt is { } first ? Earlier(FirstOrderAt, first) : FirstOrderAt,
            LastOrderAt = other.LastOrderAt is { } last ? Later(LastOrderAt, last) : LastOrderAt,
            LastActivityAt = other.LastActivityAt is { } activity ? Later(LastActivityAt, activity) : LastActivityAt,
        };
        return other.Channels.Aggregate(sum, (all, channel) => all.WithChannel(channel.Key, channel.Value));
    }

    private ProfileFigures WithChannel(
        SalesChannel channel, IEnumerable<KeyValuePair<string, MoneyFigures>> more)
    {
        var money = (Channels.TryGetValue(channel, out var there) ? there : Moneys.None).With(more);
        return this with
        {
            Channels = money.IsEmpty ? Channels.Remove(channel) : Channels.SetItem(channel, money),
        };
    }

    private static DateTimeOffset Earlier(DateTimeOffset? a, DateTimeOffset b) => a < b ? a.Value : b;

    private static DateTimeOffset Later(DateTimeOffset? a, DateTimeOffset b) => a > b ? a.Value : b;
}

/// <summary>What one order, payment, return or cancellation adds to a customer's figures; what it takes back are
/// negative numbers.</summary>
/// <param name="Orders">1 for an order, 0 for a payment or return, -1 for a cancellation.</param>
/// <param name="AmountMinor">After discounts, before refunds, in minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="DiscountMinor">Discounts, in minor units.</param>
/// <param name="At">When it happened.</param>
public sealed record Purchase(int Orders, long AmountMinor, string Currency, long DiscountMinor, DateTimeOffset At)
{
    /// <summary>Where it was bought.</summary>
    public required SalesChannel Channel { get; init; }

    /// <summary>Refunds, in minor units.</summary>
    public long RefundedMinor { get; init; }

    /// <summary>Orders with a discount that this adds; as <see cref="Orders"/> when there is a discount.</summary>
    public int DiscountedOrders { get; init; } = DiscountMinor != 0 ? Orders : 0;

    /// <summary>What it adds in its currency.</summary>
    public MoneyFigures Money => new(AmountMinor, DiscountMinor, RefundedMinor)
    {
        Orders = Orders,
        OrdersMinor = Orders == 0 ? 0 : AmountMinor,
    };
}

