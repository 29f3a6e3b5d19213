using System.Globalization;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Where a link comes from.</summary>
public enum LinkKind
{
    /// <summary>An identified session was paid with the card.</summary>
    Learned,

    /// <summary>An admin said so.</summary>
    Given,
}

/// <summary>An admin's word that a card is not a customer's: what tied the two up to then counts no more.</summary>
/// <param name="ProfileKey">The customer.</param>
/// <param name="At">Links that became known up to then are cut.</param>
/// <param name="By">Who said so: <c>application:shop</c>.</param>
public sealed record CardCut(string ProfileKey, DateTimeOffset At, string By);

/// <summary>What ties a card to a customer.</summary>
/// <param name="LinkId">Names the evidence: the same evidence makes one link only.</param>
/// <param name="ProfileKey">The customer.</param>
/// <param name="EvidenceAt">When it became known: server time of the close of an identified session that was paid with
/// the card, or of an admin's word.</param>
public sealed record FingerprintLink(string LinkId, string ProfileKey, DateTimeOffset EvidenceAt)
{
    /// <summary>Where it comes from.</summary>
    public LinkKind Kind { get; init; }

    /// <summary>Of a given one: which payments it is for, those from this instant on; null for all of them.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Of a given one: who said so.</summary>
    public string? By { get; init; }

    /// <summary>What cut it; null while it counts.</summary>
    public CardCut? Cut { get; init; }

    /// <summary>The instant by which it is held against a payment's.</summary>
    public DateTimeOffset Since => Kind == LinkKind.Given ? From ?? DateTimeOffset.MinValue : EvidenceAt;

    /// <summary>An admin's link.</summary>
    public static FingerprintLink Given(string profileKey, DateTimeOffset? from, DateTimeOffset at, string by) =>
        new(Hash.Hex("given", profileKey, Ticks(from), Ticks(at))[..32], profileKey, at)
        {
            Kind = LinkKind.Given,
            From = from,
            By = by,
        };

    /// <summary>The link as it is after a cut of its customer, if that reaches it.</summary>
    public FingerprintLink After(CardCut cut) =>
        cut.ProfileKey == ProfileKey && EvidenceAt <= cut.At && (Cut is null || cut.At < Cut.At)
            ? this with { Cut = cut }
            : this;

    private static string Ticks(DateTimeOffset? at) => at?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? "";
}
