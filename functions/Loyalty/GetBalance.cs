using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>A balance at any instant, past or future, as it is known now or was known at another instant.</summary>
public sealed class GetBalance(WalletDoor door, WalletReader wallets, TimeProvider clock)
{
    /// <summary>What the caller asks for.</summary>
    public sealed record Query(string Ledger, DateTimeOffset? AsOf, DateTimeOffset? AsKnownAt);

    [Function(nameof(GetBalance))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/{owners}/{id}/balance")]
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
        return Answer.Ok(await wallets.BalanceAsync(
            opened.Wallet, opened.Program, query.Ledger, query.AsOf, query.AsKnownAt, cancel));
    }

    private Result<Query> Read(QueryFields query)
    {
        var name = query.Text("ledger", SimpleName.LengthMax) ?? Ledgers.All;
        var asOf = AsOf.Read(query, clock.GetUtcNow());
        var asKnownAt = query.Instant("asKnownAt");
        return query.Finish(() => new Query(name, asOf, asKnownAt));
    }
}
