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
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/deductions")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(b => PointsRequests.ReadDeduction(b, WalletDoor.AskerOf(caller)));
        if (!read.Try(out var deduction, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await door.OpenAsync(caller, program, owners, id, cancel)).Try(out var opened, out error))
            return Problem.From(error);

        var answer = await ledger.DeductAsync(opened.Wallet, deduction, change, cancel);
        return answer.Or(a => Answer.Created(EntryDocument.Of(a.Entry, deduction.Reason, deduction.By)).AsHit(a.Hit));
    }
}
