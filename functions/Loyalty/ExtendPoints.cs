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
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/extensions")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(b => PointsRequests.ReadExtension(b, WalletDoor.AskerOf(caller)));
        if (!read.Try(out var extension, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await door.OpenAsync(caller, program, owners, id, cancel)).Try(out var opened, out error))
            return Problem.From(error);

        var answer = await ledger.ExtendAsync(opened.Wallet, extension, change, cancel);
        return answer.Or(a => Answer.Created(EntryDocument.Of(a.Entry, extension.Reason, extension.By)).AsHit(a.Hit));
    }
}
