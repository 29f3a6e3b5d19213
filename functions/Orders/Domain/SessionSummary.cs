using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders.Domain;

/// <summary>What the lists of a customer show of a session. Amounts are minor units.</summary>
public sealed record SessionSummary
{
    public required string SessionId { get; init; }

    public required string Application { get; init; }

    public required SessionState State { get; init; }

    public required SalesChannel Channel { get; init; }

    public string? Store { get; init; }

    public string? OrderNumber { get; init; }

    /// <summary>How many things were ordered: the lines' quantities together.</summary>
    public required long Items { get; init; }

    /// <summary>Items less discounts.</summary>
    public required long Total { get; init; }

    public required long Discounts { get; init; }

    /// <summary>What the customer got back for things that were returned.</summary>
    public long Refunded { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The summary of a session as it is.</summary>
    public static SessionSummary Of(Session session) => new()
    {
        SessionId = session.SessionId,
        Application = session.Application,
        State = session.State,
        Channel = session.Content.Channel,
        Store = session.Content.Store,
        OrderNumber = session.Content.OrderNumber,
        Items = session.Content.Units,
        Total = session.Content.Total,
        Discounts = session.Content.Discount,
        Refunded = session.GivenBack.Net,
        Currency = session.Content.Currency,
        CreatedAt = session.CreatedAt,
        ClosedAt = session.ClosedAt,
    };
}

/// <summary>A thing that was sold, in minor units, and how many of it came back.</summary>
public sealed record SoldLine(string? Sku, string? Name, long Quantity, long UnitPrice, long Returned = 0);

/// <summary>How a part was paid, in minor units, and what of that was given back.</summary>
public sealed record PaidPart(string Method, long Amount, long Refunded = 0);

/// <summary>A session that was closed, with what was sold and how it was paid. One that was cancelled since is told of
/// as such.</summary>
public sealed record SessionSale(
    SessionSummary Summary, ImmutableArray<SoldLine> Lines, ImmutableArray<PaidPart> Payments)
{
    /// <summary>When it was closed.</summary>
    [JsonIgnore]
    public DateTimeOffset At => Summary.ClosedAt ?? Summary.CreatedAt;

    /// <summary>False once it was cancelled: then nothing was sold.</summary>
    [JsonIgnore]
    public bool Counts => Summary.State != SessionState.Cancelled;

    /// <summary>The sale that a session is, which was closed.</summary>
    public static SessionSale Of(Session session) => new(
        SessionSummary.Of(session),
        [
            .. session.Content.Items.Select((line, i) => new SoldLine(
                line.Sku, line.Name, line.Quantity, line.UnitPrice, session.ReturnedOf(i + 1))),
        ],
        Parts(session.Content.Payments, session.GivenBack.Net));

    // Money goes back in the order in which it was paid.
    private static ImmutableArray<PaidPart> Parts(ImmutableArray<SessionPayment> payments, long refunded)
    {
        var parts = ImmutableArray.CreateBuilder<PaidPart>(payments.Length);
        foreach (var payment in payments)
        {
            var part = Math.Min(payment.Amount, refunded);
            parts.Add(new PaidPart(payment.Method, payment.Amount, part));
            refunded -= part;
        }

        return parts.ToImmutable();
    }
}
