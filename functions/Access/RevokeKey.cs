using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>Ends a key: at once on this instance, within five seconds on others.</summary>
public sealed class RevokeKey(AccessTable table, KeyCache cache, TimeProvider clock)
{
    [Function(nameof(RevokeKey))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "applications/{name}/keys/{keyId}")]
        HttpRequest http,
        string name,
        string keyId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Admin, out var caller, out var refusal)) return refusal;
        var holder = await table.FindKeyAsync(name, keyId, cancel);
        if (holder is null || !caller.MayAdminister(holder.Application.Environment))
            return Problem.From(Error.NotFound("key"));
        if (holder.Key.RevokedAt is null) await table.RevokeAsync(holder.Key, clock.GetUtcNow(), cancel);
        cache.Forget(holder.Key);
        return Answer.NoContent;
    }
}
