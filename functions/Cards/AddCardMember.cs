using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Puts a customer on a card.</summary>
public sealed class AddCardMember(CardDesk desk, CardMembership membership)
{
    [Function(nameof(AddCardMember))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "programs/{program}/cards/{code}/members/{id}")]
        HttpRequest http,
        string program,
        string code,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!http.ReadChange(caller.App.Name, CardRequests.Nothing).Try(out var change, out var error))
            return Problem.From(error);
        if (!(await desk.OpenAsync(caller, program, cancel)).Try(out var rules, out error)) return Problem.From(error);
        if (!(await desk.AddressAsync(caller, program, code, cancel)).Try(out var address, out error))
            return Problem.From(error);
        if (!(await desk.FindProfileAsync(caller, id, cancel)).Try(out var profile, out error))
            return Problem.From(error);

        var added = await membership.AddAsync(address, profile, rules.CardMembersMax, change, cancel);
        if (!added.Try(out var saved, out error)) return Problem.From(error);
        return Answer.Ok(await desk.TellAsync(saved.Stored, null, cancel))
            .WithETag(saved.Stored.Tag).AsHit(saved.Hit);
    }
}
