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
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/points")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(b => PointsRequests.ReadGrant(b, WalletDoor.AskerOf(caller)));
        if (!read.Try(out var grant, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await door.OpenAsync(caller, program, owners, id, cancel)).Try(out var opened, out error))
            return Problem.From(error);

        var answer = await ledger.AddAsync(opened.Wallet, grant, change, cancel);
        return answer.Or(a =>
            Answer.Created(EntryDocument.Of(a.Entry, grant.Reason, grant.By, grant.Session)).AsHit(a.Hit));
    }
}
