using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>Lists an application's keys, without anything that would let one be used.</summary>
public sealed class ListKeys(AccessTable table)
{
    /// <summary>One key.</summary>
    public sealed record Item(
        string KeyId, IReadOnlyList<Scope> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
        DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, string? Successor);

    [Function(nameof(ListKeys))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "applications/{name}/keys")] HttpRequest http,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Admin, out var caller, out var refusal)) return refusal;
        var application = await table.FindApplicationAsync(name, cancel);
        if (application is null || !caller.MayAdminister(application.Environment))
            return Problem.From(Error.NotFound("application"));
        var keys = await table.ListKeysAsync(name, cancel);
        return Answer.Ok(new Page<Item>(
            [.. keys.Select(k => new Item(
                k.KeyId, k.Scopes, k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.LastUsedAt, k.Successor))],
            Next: null));
    }
}
