namespace CustomerFunctions.Orders.Domain;

/// <summary>Decides whose a payment is by its card, from when it happened and what is known of the card; never from the
/// order in which anything arrived.</summary>
public static class Ownership
{
    /// <summary>How much later a card may be learned to still claim a payment.
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>The deciding link. Those that an admin gave come first: the one for payments from the latest instant on
    /// that is not after this payment, among those of one instant the one that was said last. Else of those that were
    /// learned the latest at or before the payment, else the earliest after it within <see cref="Window"/>; among links
    /// of one instant the ids decide. What is cut never counts. Null when none claims it.</summary>
    public static FingerprintLink? Decide(IEnumerable<FingerprintLink> links, DateTimeOffset occurredAt)
    {
        FingerprintLink? given = null, before = null, after = null;
        foreach (var link in links.Where(l => l.Cut is null))
        {
            if (link.Since > occurredAt)
            {
                if (link.Kind == LinkKind.Learned && link.Since - occurredAt <= Window
                    && (after is null || Compare(link, after) < 0)) after = link;
            }
            else if (link.Kind == LinkKind.Given)
            {
                if (given is null || Compare(link, given) > 0) given = link;
            }
            else if (before is null || Compare(link, before) > 0)
            {
                before = link;
            }
        }

        return given ?? before ?? after;
    }

    /// <summary>True when no further link can change the decision, so that reading may stop.</summary>
    /// <param name="found">The links so far: the given ones first, each kind from the latest to the earliest.</param>
    /// <param name="next">The link that would come next.</param>
    /// <param name="occurredAt">When the payment happened.</param>
    public static bool IsDecided(
        IEnumerable<FingerprintLink> found, FingerprintLink next, DateTimeOffset occurredAt) =>
        Decide(found, occurredAt) is { } deciding && deciding.Since <= occurredAt
            && (next.Kind != deciding.Kind || next.Since < deciding.Since);

    private static int Compare(FingerprintLink a, FingerprintLink b)
    {
        if (a.Since != b.Since) return a.Since.CompareTo(b.Since);
        return a.EvidenceAt != b.EvidenceAt
            ? a.EvidenceAt.CompareTo(b.EvidenceAt)
            : string.CompareOrdinal(a.LinkId, b.LinkId);
    }
}
