using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Points that a session awarded, and the entry of the wallet.</summary>
public sealed record PointsAwarded(string? Program, decimal? Points, long? Entry);

/// <param name="SessionId">The session.</param>
/// <param name="Application">Whose session.</param>
/// <param name="Profile">The key of the customer; null for nobody.</param>
/// <param name="Channel">Where the order comes from.</param>
/// <param name="Store">Where it was placed.</param>
/// <param name="Total">Lines less discounts, in minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Points">What it awarded.</param>
[EventType("session.closed", "An order was closed, with all its effects.")]
public sealed record SessionClosed(
    string SessionId, string Application, string? Profile, Channel Channel, string? Store, long Total, string Currency,
    IReadOnlyList<PointsAwarded> Points);
