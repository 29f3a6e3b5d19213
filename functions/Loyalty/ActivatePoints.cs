using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Activates points that wait for an action: those of a session, or of one entry.</summary>
public sealed class ActivatePoints(WalletDoor door, PointsLedger ledger)
{
    [Function(nameof(ActivatePoints))]
    [KeepsOwnAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/activations")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var read = await door.ReadAsync(http, caller, (program, owners, id), PointsRequests.ReadActivation, cancel);
        if (!read.Try(out var order, out var error)) return Problem.From(error);
        var activation = order.Command;
        var answer = await ledger.ActivateAsync(order.Wallet, activation, order.Change, cancel);
        return answer.Or(a =>
            Answer.Created(EntryDocument.Of(a.Entry, activation.Reason, activation.By)).AsHit(a.Hit));
    }
}
