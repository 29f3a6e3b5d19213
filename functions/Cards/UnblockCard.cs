using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Lets a blocked card earn and spend again.</summary>
public sealed class UnblockCard(CardDesk desk, CardWriter writer)
{
    [Function(nameof(UnblockCard))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/cards/{code}/unblock")]
        HttpRequest http,
        string program,
        string code,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!http.ReadChange(caller.App.Name, CardRequests.Nothing).Try(out var change, out var error))
            return Problem.From(error);
        if (!(await desk.AddressAsync(caller, program, code, cancel)).Try(out var address, out error))
            return Problem.From(error);

        var write = new CardWrite(address, change, CardMoves.Unblock) { Seals = true };
        if (!(await writer.ChangeAsync(write, cancel)).Try(out var saved, out error)) return Problem.From(error);
        http.Concerns(saved.Stored.Card.Members.Select(m => m.Profile));
        return Answer.Ok(await desk.TellAsync(saved.Stored, null, cancel))
            .WithETag(saved.Stored.Tag).AsHit(saved.Hit);
    }
}
