using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Cuts everything that ties a card to a customer now, learned or given; its payments follow. Evidence that
/// comes later ties them again.</summary>
public sealed class UnlinkFingerprint(CardLinking linking, ProfileDirectory profiles)
{
    [Function(nameof(UnlinkFingerprint))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "fingerprints/{fingerprint}/links/{id}")]
        HttpRequest http,
        string fingerprint,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (await profiles.FindAsync(caller.Environment, id, cancel) is not { } customer)
            return Problem.From(ProfileErrors.NotFound);
        var card = FingerprintKey.Of(caller.Environment, RouteSegment.Read(fingerprint));
        return (await linking.CutAsync(card, customer, caller.Name, cancel)).Or(Answer.Ok);
    }
}
