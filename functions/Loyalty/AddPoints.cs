using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Grants points to a customer.</summary>
public sealed class AddPoints(WalletDoor door, PointsLedger ledger)
{
    [Function(nameof(AddPoints))]
    [KeepsOwnAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/points")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var read = await door.ReadAsync(http, caller, (program, owners, id), PointsRequests.ReadGrant, cancel);
        if (!read.Try(out var order, out var error)) return Problem.From(error);
        var grant = order.Command;
        var answer = await ledger.AddAsync(order.Wallet, grant, order.Change, cancel);
        return answer.Or(a =>
            Answer.Created(EntryDocument.Of(a.Entry, grant.Reason, grant.By, grant.Session)).AsHit(a.Hit));
    }
}
