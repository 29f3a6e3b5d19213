using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerFunctions.Orders.Domain;

/// <summary>What the lists of a customer show of a session. Amounts are minor units.</summary>
public sealed record SessionSummary
{
    public required string SessionId { get; init; }

    public required string Application { get; init; }

    public required SessionState State { get; init; }

    public required Channel Channel { get; init; }

    public string? Store { get; init; }

    public string? OrderNumber { get; init; }

    /// <summary>How many things were ordered: the lines' quantities together.</summary>
    public required long Items { get; init; }

    /// <summary>Items less discounts.</summary>
    public required long Total { get; init; }

    public required long Discounts { get; init; }

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
        Items = session.Content.Items.Sum(i => i.Quantity),
        Total = session.Content.Total,
        Discounts = session.Content.Discount,
        Currency = session.Content.Currency,
        CreatedAt = session.CreatedAt,
        ClosedAt = session.ClosedAt,
    };
}

/// <summary>A thing that was sold, in minor units.</summary>
public sealed record SoldLine(string? Sku, string? Name, long Quantity, long UnitPrice);

/// <summary>How a part was paid, in minor units.</summary>
public sealed record PaidPart(string Method, long Amount);

/// <summary>A closed session with what was sold and how it was paid.</summary>
public sealed record SessionSale(
    SessionSummary Summary, ImmutableArray<SoldLine> Lines, ImmutableArray<PaidPart> Payments)
{
    /// <summary>When it was closed.</summary>
    [JsonIgnore]
    public DateTimeOffset At => Summary.ClosedAt ?? Summary.CreatedAt;

    /// <summary>The sale that a closed session is.</summary>
    public static SessionSale Of(Session session) => new(
        SessionSummary.Of(session),
        [.. session.Content.Items.Select(i => new SoldLine(i.Sku, i.Name, i.Quantity, i.UnitPrice))],
        [.. session.Content.Payments.Select(p => new PaidPart(p.Method, p.Amount))]);
}
