using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Gives points a later expiry: those of one entry, or of a ledger.</summary>
public sealed class ExtendPoints(WalletDoor door, PointsLedger ledger)
{
    [Function(nameof(ExtendPoints))]
    [KeepsOwnAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/extensions")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var read = await door.ReadAsync(http, caller, (program, owners, id), PointsRequests.ReadExtension, cancel);
        if (!read.Try(out var order, out var error)) return Problem.From(error);
        var extension = order.Command;
        var answer = await ledger.ExtendAsync(order.Wallet, extension, order.Change, cancel);
        return answer.Or(a => Answer.Created(EntryDocument.Of(a.Entry, extension.Reason, extension.By)).AsHit(a.Hit));
    }
}
