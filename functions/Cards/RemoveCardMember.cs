using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Takes a customer off a card; points and history stay with the card.</summary>
public sealed class RemoveCardMember(CardDesk desk, CardMembership membership)
{
    [Function(nameof(RemoveCardMember))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "programs/{program}/cards/{code}/members/{id}")]
        HttpRequest http,
        string program,
        string code,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!http.ReadChange(caller.App.Name, CardRequests.Nothing).Try(out var change, out var error))
            return Problem.From(error);
        if (!(await desk.AddressAsync(caller, program, code, cancel)).Try(out var address, out error))
            return Problem.From(error);
        if (!(await desk.FindProfileAsync(caller, id, cancel)).Try(out var profile, out error))
            return Problem.From(error);

        var removed = await membership.RemoveAsync(address, profile, change, cancel);
        return removed.Or(_ => Answer.NoContent);
    }
}
