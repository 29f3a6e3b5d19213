using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Lifecycle;

/// <summary>A customer's points in one program.</summary>
public sealed record LoyaltyOverview(string Program, Points Active, Points Pending, string? Tier);

/// <summary>What a customer's orders in one channel add up to. Money is minor units, by currency.</summary>
/// <param name="Channel">Where they were made; payments at terminals count under <c>terminal</c>.</param>
/// <param name="TotalOrders">Orders that closed and were not cancelled.</param>
/// <param name="TotalSpent">After discounts, before refunds.</param>
/// <param name="AccruedDiscounts">All discounts together.</param>
/// <param name="NetRevenue">After discounts and refunds.</param>
public sealed record ChannelOverview(
    SalesChannel Channel, int TotalOrders, IReadOnlyList<MoneyAnswer> TotalSpent,
    IReadOnlyList<MoneyAnswer> AccruedDiscounts, IReadOnlyList<MoneyAnswer> NetRevenue);

/// <summary>What a customer's orders and points add up to. Money is minor units, by currency.</summary>
/// <param name="TotalOrders">Orders that closed and were not cancelled.</param>
/// <param name="TotalSpent">After discounts, before refunds; payments at terminals count.</param>
/// <param name="AverageOrderValue">What orders in a currency came to, by their number, half a unit rounded up. Payments
/// at terminals are no orders.</param>
/// <param name="FirstOrderAt">The earliest order.</param>
/// <param name="LastOrderAt">The latest order.</param>
/// <param name="OrdersPer30Days">Orders since the first one, for each 30 days of the time since then; that time counts
/// as 30 days at least. Two decimals.</param>
/// <param name="DiscountedOrders">Orders with a discount.</param>
/// <param name="UndiscountedOrders">Orders without one.</param>
/// <param name="AccruedDiscounts">All discounts together.</param>
/// <param name="NetRevenue">After discounts and refunds.</param>
/// <param name="Loyalty">The programs that take part in the caller's application, and any others with points.</param>
public sealed record ProfileOverview(
    int TotalOrders, IReadOnlyList<MoneyAnswer> TotalSpent, IReadOnlyList<MoneyAnswer> AverageOrderValue,
    DateTimeOffset? FirstOrderAt, DateTimeOffset? LastOrderAt, decimal OrdersPer30Days, int DiscountedOrders,
    int UndiscountedOrders, IReadOnlyList<MoneyAnswer> AccruedDiscounts, IReadOnlyList<MoneyAnswer> NetRevenue,
    IReadOnlyList<LoyaltyOverview> Loyalty)
{
    private const int Days = 30;

    /// <summary>The same by channel.</summary>
    public IReadOnlyList<ChannelOverview> Channels { get; init; } = [];

    /// <summary>The overview of a customer's figures at an instant.</summary>
    public static ProfileOverview Of(
        ProfileFigures figures, IReadOnlyList<LoyaltyOverview> loyalty, DateTimeOffset now) => new(
        figures.Orders,
        MoneyOf(figures.Money, m => m.SpentMinor),
        [.. figures.Money.Where(m => m.Value.Orders > 0).Select(m => new MoneyAnswer(AverageOf(m.Value), m.Key))],
        figures.FirstOrderAt,
        figures.LastOrderAt,
        FrequencyOf(figures, now),
        figures.DiscountedOrders,
        figures.Orders - figures.DiscountedOrders,
        MoneyOf(figures.Money, m => m.DiscountMinor),
        MoneyOf(figures.Money, m => m.SpentMinor - m.RefundedMinor),
        loyalty)
        {
            Channels =
        [
            .. figures.Channels.Select(c => new ChannelOverview(
                c.Key, c.Value.Values.Sum(m => m.Orders), MoneyOf(c.Value, m => m.SpentMinor),
                MoneyOf(c.Value, m => m.DiscountMinor), MoneyOf(c.Value, m => m.SpentMinor - m.RefundedMinor))),
        ],
        };

    private static MoneyAnswer[] MoneyOf(
        IEnumerable<KeyValuePair<string, MoneyFigures>> money, Func<MoneyFigures, long> amount) =>
        [.. money.Select(m => new MoneyAnswer(amount(m.Value), m.Key))];

    private static long AverageOf(MoneyFigures money) =>
        (long)Math.Round((decimal)money.OrdersMinor / money.Orders, MidpointRounding.AwayFromZero);

    private static decimal FrequencyOf(ProfileFigures figures, DateTimeOffset now)
    {
        if (figures.Orders == 0 || figures.FirstOrderAt is not { } first) return 0;
        var days = Math.Max(Days, (decimal)(now - first).TotalDays);
        return Math.Round(figures.Orders * Days / days, 2, MidpointRounding.AwayFromZero);
    }
}

/// <summary>Reads a customer's points in every program. One call for each program.</summary>
public sealed class PointsOverview(ProgramCatalog programs, WalletReader wallets)
{
    // Source: measured against the emulator; more calls side by side only queue there.
    private const int AtOnce = 16;

    /// <summary>The programs that take part in an application, and any others with points, by name.</summary>
    public async Task<IReadOnlyList<LoyaltyOverview>> OfAsync(
        AppEnvironment environment, string application, ProfileKey owner, CancellationToken cancel)
    {
        var found = new List<LoyaltyOverview>();
        var all = (await programs.ListAsync(environment, cancel)).Where(p => p.Kind == ProgramKind.Profile)
            .OrderBy(p => p.Name, StringComparer.Ordinal);
        foreach (var some in all.Chunk(AtOnce))
        {
            var balances = await Task.WhenAll(some.Select(p => wallets.BalanceAsync(
                WalletId.Of(environment, p.Name, owner), p, Ledgers.All, asOf: null, asKnownAt: null, cancel)));
            foreach (var (program, balance) in some.Zip(balances))
                if (program.AppliesTo(application) || balance.Ledgers.Count > 0)
                    found.Add(new LoyaltyOverview(program.Name, balance.Active, balance.Pending, balance.Tier));
        }

        return found;
    }
}
