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
        var application = await table.FindApplicationAsync(name, cancel);
        var key = await table.FindKeyAsync(keyId, cancel);
        if (application is null || key?.Application != name || !caller.MayAdminister(application.Environment))
            return Problem.From(Error.NotFound("key"));
        if (key.RevokedAt is null) await table.RevokeAsync(keyId, clock.GetUtcNow(), cancel);
        cache.ForgetKey(keyId);
        return Answer.NoContent;
    }
}
