using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Says that a card is a customer's, for payments from an instant on or for all of them; its payments follow.
/// </summary>
public sealed class LinkFingerprint(CardLinking linking, ProfileDirectory profiles)
{
    private const int FingerprintMax = 255;

    [Function(nameof(LinkFingerprint))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "fingerprints/{fingerprint}/links/{id}")]
        HttpRequest http,
        string fingerprint,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (Fault(fingerprint) is { } fault) return Problem.From(Error.Invalid("fingerprint", fault));
        var body = await http.ReadJsonOrEmptyAsync(cancel);
        if (!body.Then(JsonFields.Of).Then(Read).Try(out var from, out var error)) return Problem.From(error);
        if (await profiles.FindAsync(caller.Environment, id, cancel) is not { } customer)
            return Problem.From(ProfileErrors.NotFound);
        var card = FingerprintKey.Of(caller.Environment, RouteSegment.Read(fingerprint));
        return (await linking.GiveAsync(card, customer, from, caller.Name, cancel)).Or(Answer.Ok);
    }

    private static string? Fault(string fingerprint)
    {
        if (fingerprint.Length > FingerprintMax || fingerprint.Any(char.IsControl))
            return $"It must have 1 to {FingerprintMax} characters.";
        return CardNumbers.Occur(fingerprint) ? Domain.TerminalMessage.CardDetail : null;
    }

    private static Result<DateTimeOffset?> Read(JsonFields body)
    {
        var from = body.Instant("from");
        return body.Finish(() => from);
    }
}
