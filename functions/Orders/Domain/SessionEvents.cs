using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Points that moved because of a session, and the entry of the wallet.</summary>
/// <param name="Type">As in the session's effects: <c>points-awarded</c>, <c>points-reversed</c>,
/// <c>points-restored</c>.</param>
/// <param name="Program">In which program.</param>
/// <param name="Points">How many.</param>
/// <param name="Entry">The entry's number.</param>
public sealed record PointsMoved(string Type, string? Program, decimal? Points, long? Entry);

/// <summary>What there is to tell of a session.</summary>
public abstract record SessionTold
{
    public string SessionId { get; init; } = "";

    /// <summary>Whose session.</summary>
    public string Application { get; init; } = "";

    /// <summary>The key of the customer; null for nobody.</summary>
    public string? Profile { get; init; }

    /// <summary>Where the order comes from.</summary>
    public SalesChannel Channel { get; init; }

    /// <summary>Where it was placed.</summary>
    public string? Store { get; init; }

    /// <summary>Lines less discounts, in minor units.</summary>
    public long Total { get; init; }

    /// <summary>What the customer got back this time, in minor units.</summary>
    public long Refunded { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "";

    /// <summary>What it did to points.</summary>
    public IReadOnlyList<PointsMoved> Points { get; init; } = [];
}

[EventType("session.closed", "An order was closed, with all its effects.")]
public sealed record SessionClosed : SessionTold;

[EventType("session.returned", "Parts of an order were given back, with the points and discounts that go with them.")]
public sealed record SessionReturned : SessionTold;

[EventType("session.cancelled", "An order that had been closed was cancelled, and all its effects rolled back.")]
public sealed record SessionCancelled : SessionTold;

[EventType("session.reopened", "An order that had been closed is open again, and all its effects rolled back.")]
public sealed record SessionReopened : SessionTold;
