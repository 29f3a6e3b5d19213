using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>The cards that a customer collects on.</summary>
public sealed class ListProfileCards(ProfileDirectory profiles, CardMembersTable members, CardsTable cards)
{
    [Function(nameof(ListProfileCards))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/cards")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var request, out var error)) return Problem.From(error);
        if (!(await profiles.ReadAsync(caller.Environment, id, cancel)).Try(out var profile, out error))
            return Problem.From(error);

        var (found, last, next) = (new List<CardSummary>(), "", default(string));
        foreach (var home in await members.HomesAsync(
            caller.Environment, profile.Keys, request.After, request.Limit + 1, cancel))
        {
            if (found.Count == request.Limit)
            {
                next = Cursor.Write(last);
                break;
            }

            last = home.Hash;
            // The card's own list counts; a way that was left behind leads nowhere.
            var card = (await cards.FindAsync(home, cancel))?.Card;
            if (card?.Members.Any(m => profile.Keys.Contains(m.Profile)) is true) found.Add(CardSummary.Of(card));
        }

        return Answer.Ok(new Page<CardSummary>(found, next));
    }

    private static Result<(int Limit, string? After)> Read(QueryFields query)
    {
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (cursor is not null && !CardId.IsHash(cursor))
            return Error.Invalid("?cursor", "It must be the 'next' of an earlier page.");
        return query.Finish(() => (limit, cursor));
    }
}
