using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>Brings what sessions do into the customers' figures, each intent once.</summary>
public sealed class SessionFigures(ProfileDirectory profiles, SessionHistory history)
{
    private const int PageSize = 1000;

    /// <summary>Counts what the intent of a session does. What the session comes to must be written down by now. Two
    /// calls; taking an order away that was the first or the last reads all others, one call for each 1,000.</summary>
    public async Task CountAsync(AppEnvironment environment, Session session, CancellationToken cancel)
    {
        var intent = session.Intent!;
        if (session.Customer is not { } customer || PurchaseOf(session) is not { } purchase) return;
        var key = ProfileKey.Parse(customer.Key);
        var change = Change.Of(intent.Id).Step("figures");
        if (purchase.Orders >= 0)
        {
            await profiles.RecordPurchaseAsync(environment, key, purchase, change, cancel);
            return;
        }

        await profiles.WithdrawOrderAsync(
            environment, key, purchase, session.Close!.At, owner => SpanOfAsync(environment, owner, cancel), change,
            cancel);
    }

    /// <summary>What the intent of a session adds to its customer's figures; null for nothing. An order counts when it
    /// is closed; what is given back of it counts as refunded; a cancellation takes everything away again.</summary>
    public static Purchase? PurchaseOf(Session session)
    {
        var (content, intent) = (session.Content, session.Intent!);
        if (intent.Return is { Amounts: { } given })
            return Of(session, orders: 0, amount: 0, -given.Discount, given.Net);
        if (intent.Move == SessionMove.Close) return Of(session, orders: 1, content.Total, content.Discount, 0);
        if (session.Close is null) return null;
        var all = session.GivenBack;
        return Of(session, orders: -1, -content.Total, all.Discount - content.Discount, -all.Net);
    }

    private static Purchase Of(Session session, int orders, long amount, long discount, long refunded) =>
        new(orders, amount, session.Content.Currency, discount, session.Intent!.At)
        {
            Channel = session.Content.Channel,
            RefundedMinor = refunded,
            DiscountedOrders = session.Content.Discount > 0 ? orders : 0,
        };

    private async Task<OrderSpan?> SpanOfAsync(
        AppEnvironment environment, ProfileKey owner, CancellationToken cancel)
    {
        // Of a customer who is erased nobody asks any more.
        if (await profiles.FindAsync(environment, owner, cancel) is not { } profile) return null;
        DateTimeOffset? first = null, last = null;
        await foreach (var (_, sale) in history.ReadSalesAsync(environment, profile.Keys, null, PageSize, cancel))
        {
            if (!sale.Counts) continue;
            last ??= sale.At;
            first = sale.At;
        }

        return new OrderSpan(first, last);
    }
}
