using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>Makes a key's successor. Both hold for the overlap, so that a caller can change over without a gap.
/// </summary>
public sealed class RotateKey(AccessTable table, KeyCache cache, TimeProvider clock)
{
    /// <summary>What the caller wants.</summary>
    public sealed record Request(TimeSpan Overlap, DateTimeOffset? ExpiresAt);

    /// <summary>The new key, and until when the old one holds.</summary>
    public sealed record Response(
        string KeyId, string Key, string Application, IReadOnlyList<Scope> Scopes, DateTimeOffset CreatedAt,
        DateTimeOffset? ExpiresAt, string Replaces, DateTimeOffset? ReplacedExpiresAt);

    [Function(nameof(RotateKey))]
    [SecretAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "applications/{name}/keys/{keyId}/rotation")]
        HttpRequest http,
        string name,
        string keyId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Admin, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonOrEmptyAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(b => Read(b, clock.GetUtcNow()));
        if (!read.Try(out var request, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.Name, json).Try(out var change, out error)) return Problem.From(error);
        var holder = await table.FindKeyAsync(name, keyId, cancel);
        if (holder is null || !caller.MayAdminister(holder.Application.Environment))
            return Problem.From(Error.NotFound("key"));

        var (key, text) = AccessKey.New(
            name, holder.Key.Scopes, clock.GetUtcNow(), request.ExpiresAt, change.Id);
        var rotated = await table.RotateAsync(keyId, key, request.Overlap, clock.GetUtcNow(), cancel);
        cache.Forget(holder.Key);
        return rotated.Or(old => Answer.Created(new Response(
            key.KeyId, text, name, key.Scopes, key.CreatedAt, key.ExpiresAt, old.KeyId, old.ExpiresAt)));
    }

    private static Result<Request> Read(JsonFields body, DateTimeOffset now)
    {
        var minutes = body.Integer("overlapMinutes", 0, KeyRotation.OverlapMinutesMax);
        var expiresAt = body.Instant("expiresAt");
        if (expiresAt <= now) body.Refuse("expiresAt", "It must lie in the future.");
        return body.Finish(() => new Request(
            TimeSpan.FromMinutes(minutes ?? KeyRotation.OverlapMinutesDefault), expiresAt));
    }
}
