using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Why a balance is what it is: which lots, granted by which rule or person, and what was taken from them.
/// </summary>
public sealed class ExplainBalance(WalletDoor door, WalletReader wallets, TimeProvider clock)
{
    [Function(nameof(ExplainBalance))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/{owners}/{id}/explain")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var query, out var error)) return Problem.From(error);
        if (!(await door.OpenAsync(caller, program, owners, id, cancel)).Try(out var opened, out error))
            return Problem.From(error);
        return Answer.Ok(await wallets.ExplainAsync(opened.Wallet, opened.Program, query, cancel));
    }

    private Result<ExplainQuery> Read(QueryFields query)
    {
        var ledger = query.Text("ledger", SimpleName.LengthMax) ?? Ledgers.All;
        var asOf = AsOf.Read(query, clock.GetUtcNow()) ?? clock.GetUtcNow();
        var all = query.Flag("all") ?? false;
        var limit = query.Limit();
        var skip = query.Skip();
        return query.Finish(() => new ExplainQuery(ledger, asOf, all, limit, skip));
    }
}
