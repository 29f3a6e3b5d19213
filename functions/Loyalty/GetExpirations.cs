using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>What of the active balance expires when. All pages together are the active balance.</summary>
public sealed class GetExpirations(WalletDoor door, WalletReader wallets, TimeProvider clock)
{
    /// <summary>What the caller asks for.</summary>
    public sealed record Query(string Ledger, DateTimeOffset? AsOf, int Limit, int Skip);

    [Function(nameof(GetExpirations))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/{owners}/{id}/expirations")]
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
        var all = await wallets.ExpirationsAsync(opened.Wallet, opened.Program, query.Ledger, query.AsOf, cancel);
        var end = query.Skip + query.Limit;
        return Answer.Ok(new Page<Expiration>(
            [.. all.Skip(query.Skip).Take(query.Limit)], end < all.Count ? Cursor.Write($"{end}") : null));
    }

    private Result<Query> Read(QueryFields query)
    {
        var ledger = query.Text("ledger", SimpleName.LengthMax) ?? Ledgers.All;
        var asOf = AsOf.Read(query, clock.GetUtcNow());
        var limit = query.Limit();
        var skip = query.Skip();
        return query.Finish(() => new Query(ledger, asOf, limit, skip));
    }
}
