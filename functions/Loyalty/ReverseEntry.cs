using System.Globalization;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Undoes one entry by another: a grant's points are taken back, a deduction's are given back to their own
/// lots.</summary>
public sealed class ReverseEntry(WalletDoor door, PointsLedger ledger)
{
    [Function(nameof(ReverseEntry))]
    public async Task<IResult> Run(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/entries/{seq}/reversal")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        string seq,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return Problem.From(Error.NotFound("entry"));
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(b => PointsRequests.ReadUndoing(b, number, WalletDoor.AskerOf(caller)));
        if (!read.Try(out var undoing, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await door.OpenAsync(caller, program, owners, id, cancel)).Try(out var opened, out error))
            return Problem.From(error);

        var answer = await ledger.UndoAsync(opened.Wallet, undoing, change, cancel);
        return answer.Or(a => Answer.Created(EntryDocument.Of(a.Entry, undoing.Reason, undoing.By)).AsHit(a.Hit));
    }
}
