using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Moves active points to another wallet of the program, or to another ledger: both sides or neither.
/// </summary>
public sealed class TransferPoints(WalletDoor door, PointsTransfers transfers)
{
    /// <summary>What the caller asks for.</summary>
    public sealed record Request(
        string ToOwners, string ToId, Points Points, string Ledger, string ToLedger, string Reason);

    [Function(nameof(TransferPoints))]
    [KeepsOwnAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/{owners}/{id}/transfers")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var read = await door.ReadAsync(http, caller, (program, owners, id), (b, _) => Read(b), cancel);
        if (!read.Try(out var order, out var error)) return Problem.From(error);
        var asked = order.Command;
        if (!(await door.FollowAsync(caller, program, asked.ToOwners, asked.ToId, cancel)).Try(out var to, out _))
            return Problem.From(Error.Invalid("/to", "There is no such wallet in this program."));

        var by = WalletDoor.AskerOf(caller).Name;
        var transfer = new Transfer(asked.Points, asked.Ledger, to.Wallet, asked.ToLedger, by, asked.Reason);
        var answer = await transfers.MoveAsync(order.Wallet, transfer, order.Change, cancel);
        return answer.Or(a => Answer.Created(EntryDocument.Of(a.Entry, asked.Reason, by)).AsHit(a.Hit));
    }

    private static Result<Request> Read(JsonFields body)
    {
        var to = body.Object("to", required: true);
        var profile = to?.Text("profileId", IntegrationId.LengthMax, fault: IntegrationId.Fault);
        var card = to?.Text("cardCode", 64);
        var points = PointsRequests.ReadPoints(body);
        var ledger = body.Text("ledger", SimpleName.LengthMax, fault: PointsRequests.LedgerFault) ?? Ledgers.Main;
        var toLedger = body.Text("toLedger", SimpleName.LengthMax, fault: PointsRequests.LedgerFault) ?? ledger;
        var reason = body.Text("reason", PointsRequests.ReasonLengthMax, required: true);
        if (to is not null && !body.HasErrors && profile is null == card is null)
            body.Refuse("to", "Either profileId or cardCode must be given, not both.");
        return body.Finish(() => new Request(
            card is null ? "profiles" : "cards", (card ?? profile)!, points, ledger, toLedger, reason!));
    }
}
