using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Makes a card with the code in the route, or changes its type or whether it is active.</summary>
public sealed class PutCard(CardDesk desk, CardWriter writer)
{
    private enum SettableState
    {
        Active,
        Inactive,
    }

    private sealed record Request(CardType? Type, CardState? State, string? MemberNumber, bool IsEan13);

    [Function(nameof(PutCard))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "programs/{program}/cards/{code}")] HttpRequest http,
        string program,
        string code,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var request, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        var kept = CardCode.Normal(code);
        if ((request.IsEan13 ? CardCode.Ean13Fault(kept) : CardCode.Fault(kept)) is { } fault)
            return Problem.From(Error.Invalid("code", fault));
        if (!(await desk.AddressAsync(caller, program, kept, cancel)).Try(out var address, out error))
            return Problem.From(error);

        var write = new CardWrite(
            address, change, card => CardMoves.Set(card, request.Type, request.State, request.MemberNumber))
        {
            IfMatch = http.IfMatch(),
            Seals = request.State is not null,
        };
        var wanted = CardMaker.Blank(program, kept) with
        {
            Type = request.Type ?? CardType.Customer,
            State = request.State ?? CardState.Active,
            MemberNumber = request.MemberNumber,
        };
        if (!(await writer.PutAsync(wanted, write, cancel)).Try(out var saved, out error)) return Problem.From(error);
        var shown = saved.Created ? CardAnswer.CodeOf(saved.Stored, change.Id) : null;
        var body = await desk.TellAsync(saved.Stored, shown, cancel);
        var answer = saved.Created ? Answer.Created(body) : Answer.Ok(body);
        return answer.WithETag(saved.Stored.Tag).AsHit(saved.Hit);
    }

    private static Result<Request> Read(JsonFields body)
    {
        var type = body.Choice<CardType>("type");
        var state = body.Choice<SettableState>("state");
        var number = CardRequests.Code(body, "memberNumber");
        var isEan13 = CardRequests.IsEan13(body);
        return body.Finish(() => new Request(
            type,
            state switch
            {
                SettableState.Active => CardState.Active,
                SettableState.Inactive => CardState.Inactive,
                _ => null,
            },
            number, isEan13));
    }
}
