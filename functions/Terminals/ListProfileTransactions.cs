using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Lists what a customer paid, newest first: the payments of closed sessions, and those at
/// terminals.</summary>
public sealed class ListProfileTransactions(ProfileDirectory profiles, TransactionHistory history)
{
    [Function(nameof(ListProfileTransactions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/transactions")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var query, out var error)) return Problem.From(error);
        var read = await profiles.ReadAsync(caller.Environment, id, cancel);
        if (!read.Try(out var stored, out error)) return Problem.From(error);

        var found = await history.ReadAsync(caller.Environment, stored.Keys, query.After, query.Limit + 1, cancel)
            .Take(query.Limit + 1).ToListAsync(cancel);
        return Answer.Ok(new Page<Transaction>(
            [.. found.Take(query.Limit).Select(f => f.Transaction)],
            found.Count > query.Limit ? Cursor.Write(found[query.Limit - 1].Place.ToString()) : null));
    }

    private static Result<(int Limit, TransactionPlace? After)> Read(QueryFields query)
    {
        var (limit, cursor) = (query.Limit(), query.Cursor());
        var after = cursor is null ? null : TransactionPlace.Parse(cursor);
        if (cursor is not null && after is null) query.Refuse("cursor", "It must be the 'next' of an earlier page.");
        return query.Finish(() => (limit, after));
    }
}
