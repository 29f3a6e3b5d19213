namespace CustomerFunctions.Orders.Domain;

/// <summary>What an admin's word changes about a card. What is said later is also dated later, whatever the clocks of
/// two machines say, so that it always prevails. Pure.</summary>
public static class LinkChanges
{
    /// <summary>The link that makes a card a customer's, or the one that does so already.</summary>
    /// <param name="links">All links of the card.</param>
    /// <param name="customer">The customer's own key, then those of customers merged into it.</param>
    /// <param name="from">For payments from this instant on; null for all of them.</param>
    /// <param name="now">When it is said.</param>
    /// <param name="by">Who says so.</param>
    public static FingerprintLink Give(
        IReadOnlyList<FingerprintLink> links, IReadOnlyList<string> customer, DateTimeOffset? from, DateTimeOffset now,
        string by)
    {
        var prevailing = links.Where(l => l.Kind == LinkKind.Given && l.Cut is null && l.From == from)
            .MaxBy(l => l.EvidenceAt);
        if (prevailing is not null && customer.Contains(prevailing.ProfileKey)) return prevailing;
        var last = links.Where(l => l.Kind == LinkKind.Given).Select(l => l.EvidenceAt)
            .Concat(links.Select(l => l.Cut?.At).OfType<DateTimeOffset>())
            .DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        return FingerprintLink.Given(customer[0], from, now > last ? now : last.AddTicks(1), by);
    }

    /// <summary>What cuts everything that ties a card to a customer now, one for each of the customer's keys that is
    /// tied to it; none when nothing does.</summary>
    /// <param name="links">All links of the card.</param>
    /// <param name="customer">The customer's own key, then those of customers merged into it.</param>
    /// <param name="now">When it is said.</param>
    /// <param name="by">Who says so.</param>
    public static IReadOnlyList<CardCut> Cut(
        IReadOnlyList<FingerprintLink> links, IReadOnlyList<string> customer, DateTimeOffset now, string by)
    {
        var counting = links.Where(l => l.Cut is null && customer.Contains(l.ProfileKey)).ToList();
        if (counting.Count == 0) return [];
        var at = counting.Select(l => l.EvidenceAt).Append(now).Max();
        return [.. counting.Select(l => l.ProfileKey).Distinct().Select(key => new CardCut(key, at, by))];
    }
}
