using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Spends a customer's active points, soonest expiry first.</summary>
public sealed class DeductPoints(WalletDoor door, PointsLedger ledger)
{
    [Function(nameof(DeductPoints))]
    [KeepsOwnAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/deductions")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var read = await door.ReadAsync(http, caller, (program, owners, id), PointsRequests.ReadDeduction, cancel);
        if (!read.Try(out var order, out var error)) return Problem.From(error);
        var deduction = order.Command;
        var answer = await ledger.DeductAsync(order.Wallet, deduction, order.Change, cancel);
        return answer.Or(a =>
            Answer.Created(EntryDocument.Of(a.Entry, deduction.Reason, deduction.By, deduction.Session)).AsHit(a.Hit));
    }
}
