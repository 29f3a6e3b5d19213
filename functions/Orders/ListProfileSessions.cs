using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Orders;

/// <summary>Lists a customer's sessions, newest first.</summary>
public sealed class ListProfileSessions(ProfileDirectory profiles, SessionHistory history)
{
    [Function(nameof(ListProfileSessions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/sessions")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var query = new QueryFields(http.Query);
        var (limit, after) = (query.Limit(), query.Cursor());
        if (!query.Finish(() => limit).Try(out _, out var error)) return Problem.From(error);
        var read = await profiles.ReadAsync(caller.Environment, id, cancel);
        if (!read.Try(out var stored, out error)) return Problem.From(error);

        var found = await history.ReadAsync(caller.Environment, stored.Keys, after, limit + 1, cancel)
            .Take(limit + 1).ToListAsync(cancel);
        return Answer.Ok(new Page<SessionSummary>(
            [.. found.Take(limit).Select(f => f.Session)],
            found.Count > limit ? Cursor.Write(found[limit - 1].Position) : null));
    }
}
