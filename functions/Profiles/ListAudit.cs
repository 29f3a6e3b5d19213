using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Who changed what of a customer, and when, newest first.</summary>
public sealed class ListAudit(ProfileDirectory directory, ProfileAudit audit)
{
    [Function(nameof(ListAudit))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/audit")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Staff, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var request, out var error)) return Problem.From(error);
        var read = await directory.ReadAsync(caller.Environment, id, cancel);
        if (!read.Try(out var stored, out error)) return Problem.From(error);

        return Answer.Ok(await audit.ListAsync(
            caller.Environment, stored.Keys, request.After, request.Limit, cancel));
    }

    private static Result<(int Limit, string? After)> Read(QueryFields query)
    {
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (cursor is not null && !AuditRows.IsPosition(cursor))
            query.Refuse("cursor", "It must be the 'next' of an earlier page.");
        return query.Finish(() => (limit, cursor));
    }
}
