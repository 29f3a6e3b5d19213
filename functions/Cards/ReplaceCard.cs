using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Gives a card a new code and verification code. Balance, history and members stay: they belong to the card,
/// not to its code.</summary>
public sealed class ReplaceCard(CardDesk desk, CardWriter writer)
{
    private sealed record Request(string? Code, CodePattern Pattern, string Reason);

    [Function(nameof(ReplaceCard))]
    [RebuiltAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/cards/{code}/replacement")]
        HttpRequest http,
        string program,
        string code,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var request, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await desk.AddressAsync(caller, program, code, cancel)).Try(out var address, out error))
            return Problem.From(error);

        if (!(await ReplaceAsync(address, request, change, cancel)).Try(out var saved, out error))
            return Problem.From(error);
        var answer = await desk.TellAsync(saved.Stored, CardAnswer.CodeOf(saved.Stored, change.Id), cancel);
        return Answer.Created(answer).WithETag(saved.Stored.Tag).AsHit(saved.Hit);
    }

    private static Result<Request> Read(JsonFields body)
    {
        var isEan13 = CardRequests.IsEan13(body);
        var code = CardRequests.Code(body, "code", isEan13);
        var pattern = CardRequests.Pattern(body, isEan13, 1);
        var reason = CardRequests.Reason(body, required: true);
        return body.Finish(() => new Request(code, pattern, reason!));
    }

    private async Task<Result<SavedCard>> ReplaceAsync(
        CardAddress address, Request request, Change change, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < BulkCards.AttemptsMax; attempt++)
        {
            var number = attempt;
            // A repeat goes over the same codes: they follow from the card's salt and the change.
            var saved = await writer.ReplaceAsync(
                address,
                card => request.Code ?? request.Pattern.Make(
                    CardSecret.OfReplacement(card.Salt, change.Id).Bytes, 0, number),
                request.Reason, change, cancel);
            if (request.Code is not null || saved.Error?.Code != CardsErrors.CardExists.Code) return saved;
        }

        return CardsErrors.CodesExhausted;
    }
}
