namespace CustomerFunctions.Orders.Domain;

/// <summary>What ties a card to a customer.</summary>
/// <param name="LinkId">Names the evidence: the same evidence makes one link only.</param>
/// <param name="ProfileKey">The customer.</param>
/// <param name="EvidenceAt">When an identified session was paid with the card: server time of its close.</param>
public sealed record FingerprintLink(string LinkId, string ProfileKey, DateTimeOffset EvidenceAt);

/// <summary>Decides whose a payment is, from when it happened and what is known of its card; never from the order in
/// which anything arrived.</summary>
public static class Ownership
{
    /// <summary>How much later a card may be learned to still claim a payment.
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>The deciding link: the latest at or before the payment, else the earliest after it within
    /// <see cref="Window"/>; among links of one instant the ids decide. Null when none claims it.</summary>
    public static FingerprintLink? Decide(IEnumerable<FingerprintLink> links, DateTimeOffset occurredAt)
    {
        FingerprintLink? before = null, after = null;
        foreach (var link in links)
        {
            if (link.EvidenceAt <= occurredAt)
            {
                if (before is null || Compare(link, before) > 0) before = link;
            }
            else if (link.EvidenceAt - occurredAt <= Window && (after is null || Compare(link, after) < 0))
            {
                after = link;
            }
        }

        return before ?? after;
    }

    private static int Compare(FingerprintLink a, FingerprintLink b) => a.EvidenceAt == b.EvidenceAt
        ? string.CompareOrdinal(a.LinkId, b.LinkId)
        : a.EvidenceAt.CompareTo(b.EvidenceAt);
}
