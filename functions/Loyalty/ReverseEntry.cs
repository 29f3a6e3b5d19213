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
    [KeepsOwnAnswer]
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
        var read = await door.ReadAsync(
            http, caller, (program, owners, id), (b, asker) => PointsRequests.ReadUndoing(b, number, asker), cancel);
        if (!read.Try(out var order, out var error)) return Problem.From(error);
        var undoing = order.Command;
        var answer = await ledger.UndoAsync(order.Wallet, undoing, order.Change, cancel);
        return answer.Or(a => Answer.Created(EntryDocument.Of(a.Entry, undoing.Reason, undoing.By)).AsHit(a.Hit));
    }
}
