using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Orders;

/// <summary>Lists the customers that a card is tied to, newest evidence first; at most the newest
/// <see cref="LinksMax"/>.</summary>
public sealed class GetFingerprintLinks(FingerprintBook book, ProfileDirectory profiles)
{
    /// <summary>Most links in an answer: each customer costs one read.</summary>
    public const int LinksMax = 50;

    /// <summary>One link.</summary>
    public sealed record Item(string LinkId, string? ProfileId, DateTimeOffset EvidenceAt);

    [Function(nameof(GetFingerprintLinks))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "fingerprints/{fingerprint}/links")] HttpRequest http,
        string fingerprint,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var card = FingerprintKey.Of(caller.Environment, fingerprint);
        var links = (await book.ListLinksAsync(card, cancel)).Take(LinksMax).ToList();
        var ids = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var key in links.Select(l => l.ProfileKey).Distinct())
            ids[key] = (await profiles.FindAsync(caller.Environment, ProfileKey.Parse(key), cancel))?.IntegrationId;
        return Answer.Ok(new Page<Item>(
            [.. links.Select(l => new Item(l.LinkId, ids[l.ProfileKey], l.EvidenceAt))], Next: null));
    }
}
