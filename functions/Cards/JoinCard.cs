using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>A customer who has a card's member number and verification code joins it.</summary>
public sealed class JoinCard(
    CardDesk desk, CardMembership membership, CardVerifier verifier, ProgramCatalog programs)
{
    private sealed record Request(string MemberNumber, string VerificationCode);

    [Function(nameof(JoinCard))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "profiles/{id}/vip")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var request, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await desk.FindProfileAsync(caller, id, cancel)).Try(out var profile, out error))
            return Problem.From(error);

        var verified = await verifier.VerifyAsync(
            caller.Environment, request.MemberNumber, request.VerificationCode, change, cancel);
        return verified.Try(out var stored, out error)
            ? await JoinAsync(caller, stored, profile, change, cancel)
            : Problem.From(error);
    }

    private static Result<Request> Read(JsonFields body)
    {
        var number = CardRequests.Code(body, "memberNumber");
        if (!body.Has("memberNumber")) body.Refuse("memberNumber", "It is required.");
        var code = body.Text("verificationCode", Verification.Length, required: true, fault: c =>
            c.Length == Verification.Length && c.All(char.IsAsciiDigit) ? null : "It must be six digits.");
        return body.Finish(() => new Request(number!, code!));
    }

    private async Task<IResult> JoinAsync(
        Caller caller, StoredCard stored, ProfileKey profile, Change change, CancellationToken cancel)
    {
        if (stored.Card.State != CardState.Active) return Problem.From(CardsErrors.NotActive);
        var rules = await programs.FindAsync(caller.Environment, stored.Card.Program, cancel);
        var address = new CardAddress(caller.Environment, stored.Card.Program, stored.Card.Code);
        var joined = await membership.AddAsync(address, profile, rules?.CardMembersMax ?? 0, change, cancel);
        return joined.Or(saved => Answer.Ok(CardSummary.Of(saved.Stored.Card)).AsHit(saved.Hit));
    }
}
