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

/// <summary>Lists the cards of a program. Their order is that of their places: a card that is there all the while is on
/// one page exactly, whatever is made meanwhile.</summary>
public sealed class ListCards(CardDesk desk, CardsTable cards)
{
    private sealed record Request(CardFilter Filter, int Limit, CardId? After);

    [Function(nameof(ListCards))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/cards")] HttpRequest http,
        string program,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var query = new QueryFields(http.Query);
        if (!Read(query, caller.Environment, program).Try(out var request, out var error)) return Problem.From(error);
        if (!(await desk.OpenAsync(caller, program, cancel)).Try(out _, out error)) return Problem.From(error);

        var found = new List<StoredCard>();
        var all = cards.ListAsync(caller.Environment, request.Filter, request.After, request.Limit + 1, cancel);
        await foreach (var card in all)
        {
            found.Add(card);
            if (found.Count > request.Limit) break;
        }

        var next = found.Count > request.Limit ? Cursor.Write(found[request.Limit - 1].Id.Hash) : null;
        return Answer.Ok(new Page<CardSummary>(
            [.. found.Take(request.Limit).Select(c => CardSummary.Of(c.Card))], next));
    }

    private static Result<Request> Read(QueryFields query, AppEnvironment environment, string program)
    {
        CardState? state = query.Choice("state", "active", "inactive", "blocked") switch
        {
            "active" => CardState.Active,
            "inactive" => CardState.Inactive,
            "blocked" => CardState.Blocked,
            _ => null,
        };
        CardType? type = query.Choice("type", "customer", "sponsorship-group") switch
        {
            "customer" => CardType.Customer,
            "sponsorship-group" => CardType.SponsorshipGroup,
            _ => null,
        };
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (cursor is not null && !CardId.IsHash(cursor))
            return Error.Invalid("?cursor", "It must be the 'next' of an earlier page.");
        return query.Finish(() => new Request(
            new CardFilter(program, state, type), limit, cursor is null ? null : new CardId(environment, cursor)));
    }
}
