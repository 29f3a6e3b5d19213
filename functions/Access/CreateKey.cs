using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>Makes a key. Its text is in this answer and nowhere else, ever.</summary>
public sealed class CreateKey(AccessTable table, TimeProvider clock)
{
    /// <summary>What the caller wants.</summary>
    public sealed record Request(IReadOnlyList<Scope> Scopes, DateTimeOffset? ExpiresAt);

    /// <summary>The new key.</summary>
    public sealed record Response(
        string KeyId, string Key, string Application, IReadOnlyList<Scope> Scopes, DateTimeOffset CreatedAt,
        DateTimeOffset? ExpiresAt);

    [Function(nameof(CreateKey))]
    [SecretAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "applications/{name}/keys")] HttpRequest http,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Admin, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(b => Read(b, clock.GetUtcNow()));
        if (!read.Try(out var request, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.Name, json).Try(out var change, out error)) return Problem.From(error);
        var application = await table.FindApplicationAsync(name, cancel);
        if (application is null || !caller.MayAdminister(application.Environment))
            return Problem.From(Error.NotFound("application"));

        var (key, text) = AccessKey.New(
            name, request.Scopes, clock.GetUtcNow(), request.ExpiresAt, change.Id);
        if (!await table.AddAsync(key, cancel)) return Problem.From(AccessErrors.AnswerNotKept);
        return Answer.Created(new Response(key.KeyId, text, name, key.Scopes, key.CreatedAt, key.ExpiresAt));
    }

    private static Result<Request> Read(JsonFields body, DateTimeOffset now)
    {
        var words = body.Texts("scopes", 4, 20, w =>
            Enum.TryParse<Scope>(w, ignoreCase: true, out var s) && Enum.IsDefined(s) && char.IsAsciiLetterLower(w[0])
                ? null
                : "It must be one of: integration, staff, management, admin.");
        if (!body.Has("scopes")) body.Refuse("scopes", "It is required.");
        var expiresAt = body.Instant("expiresAt");
        if (expiresAt <= now) body.Refuse("expiresAt", "It must lie in the future.");
        return body.Finish(() => new Request(
            [.. words.Select(w => Enum.Parse<Scope>(w, ignoreCase: true)).Distinct()], expiresAt));
    }
}
