using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Blocks a card: from the answer on it neither earns nor spends.</summary>
public sealed class BlockCard(CardDesk desk, CardWriter writer)
{
    [Function(nameof(BlockCard))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/cards/{code}/block")]
        HttpRequest http,
        string program,
        string code,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var reason, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await desk.AddressAsync(caller, program, code, cancel)).Try(out var address, out error))
            return Problem.From(error);

        var write = new CardWrite(address, change, card => CardMoves.Block(card, reason)) { Seals = true };
        if (!(await writer.ChangeAsync(write, cancel)).Try(out var saved, out error)) return Problem.From(error);
        http.Concerns(saved.Stored.Card.Members.Select(m => m.Profile));
        return Answer.Ok(await desk.TellAsync(saved.Stored, null, cancel))
            .WithETag(saved.Stored.Tag).AsHit(saved.Hit);
    }

    private static Result<string> Read(JsonFields body)
    {
        var reason = CardRequests.Reason(body, required: true);
        return body.Finish(() => reason!);
    }
}
