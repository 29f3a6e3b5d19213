using System.Collections.Immutable;
using System.Text.Json;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Takes what is personal out of a session. Amounts, quantities, points and dates stay, and so do store,
/// channel and currency; an order that is still being made goes on without its customer.</summary>
public static class SessionErasure
{
    /// <summary>The session without anything that a caller wrote in words.</summary>
    public static Session Of(Session session) => session with
    {
        IsErased = true,
        Customer = session.State == SessionState.Open ? null : session.Customer,
        Content = Of(session.Content),
        Effects = Of(session.Effects),
        Close = session.Close is null ? null : session.Close with { Fingerprints = [] },
        Returns = [.. session.Returns.Select(r => r with { Effects = Of(r.Effects) })],
        Tallies = [.. session.Tallies.Select(t => t with { Card = t.Card is null ? null : "" })],
    };

    private static ImmutableArray<Effect> Of(ImmutableArray<Effect> effects) =>
        [.. effects.Where(e => e.Program is not null).Select(e => e with { Card = null })];

    private static SessionContent Of(SessionContent content) => content with
    {
        Items = [.. content.Items.Select(i => i with
        {
            Sku = "",
            Name = null,
            Category = null,
            Attributes = ImmutableSortedDictionary<string, JsonElement>.Empty,
        })],
        Discounts = [.. content.Discounts.Select(d => d with { Name = "" })],
        Coupons = [],
        ReferralCode = null,
        LoyaltyCards = [],
        Payments = [.. content.Payments.Select(p => p with { Method = "", Fingerprint = null })],
        OrderNumber = null,
        Attributes = ImmutableSortedDictionary<string, JsonElement>.Empty,
    };
}
