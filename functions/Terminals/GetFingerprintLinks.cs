using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Lists the customers that a card is tied to, what admins said first, each kind from the latest on; and
/// counts its payments. At most <see cref="LinksMax"/> links, and the first <see cref="PaymentsMax"/>
/// payments.</summary>
public sealed class GetFingerprintLinks(FingerprintBook book, PaymentTable payments, ProfileDirectory profiles)
{
    /// <summary>Most links in an answer: each customer costs one read.</summary>
    public const int LinksMax = 50;

    /// <summary>Most payments that are counted: each costs one read.</summary>
    public const int PaymentsMax = 200;

    /// <summary>One link. What was learned has evidence; what was given has a word, and counts from an instant on.
    /// </summary>
    public sealed record Item(
        string LinkId, LinkKind Kind, string? ProfileId, DateTimeOffset? EvidenceAt, DateTimeOffset? From,
        DateTimeOffset? GivenAt, string? By, DateTimeOffset? CutAt, string? CutBy);

    /// <summary>Payments of the card, the oldest first, as far as they were counted.</summary>
    public sealed record Counts(int Total, int Linked, int Unlinked, bool Complete);

    /// <summary>The answer: a list, and beside it what it means for payments.</summary>
    public sealed record Links(IReadOnlyList<Item> Items, string? Next, Counts Payments);

    [Function(nameof(GetFingerprintLinks))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "fingerprints/{fingerprint}/links")] HttpRequest http,
        string fingerprint,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var card = FingerprintKey.Of(caller.Environment, RouteSegment.Read(fingerprint));
        var links = (await book.ListLinksAsync(card, cancel)).Take(LinksMax).ToList();
        var ids = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var key in links.Select(l => l.ProfileKey).Distinct())
            ids[key] = (await profiles.FindAsync(caller.Environment, ProfileKey.Parse(key), cancel))?.IntegrationId;
        return Answer.Ok(new Links(
            [.. links.Select(l => Of(l, ids[l.ProfileKey]))], Next: null, await CountAsync(card, cancel)));
    }

    private static Item Of(FingerprintLink link, string? profileId)
    {
        var isGiven = link.Kind == LinkKind.Given;
        return new Item(
            link.LinkId, link.Kind, profileId, isGiven ? null : link.EvidenceAt, link.From,
            isGiven ? link.EvidenceAt : null, link.By, link.Cut?.At, link.Cut?.By);
    }

    private async Task<Counts> CountAsync(FingerprintKey card, CancellationToken cancel)
    {
        var rows = await book.ListPaymentsAsync(card, null, PaymentsMax + 1, cancel);
        var found = new List<bool>();
        foreach (var part in rows.Take(PaymentsMax).Chunk(StorageAtOnce.Max))
        {
            var read = await Task.WhenAll(part.Select(
                r => payments.FindAsync(new PaymentKey(card.Environment, r.Payment), cancel)));
            found.AddRange(part.Zip(read)
                .Where(p => p.Second.Payment is { } payment && payment.IsFiledAt(p.First.OccurredAt))
                .Select(p => p.Second.Payment!.Outcome.ProfileKey is not null));
        }

        var linked = found.Count(isLinked => isLinked);
        return new Counts(found.Count, linked, found.Count - linked, rows.Count <= PaymentsMax);
    }
}
