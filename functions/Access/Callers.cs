using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Access;

/// <summary>Who sends a request: an application by its key, or a person by a token. One of the two, not both: what
/// counts must not depend on which of them a proxy has added.</summary>
public sealed class Callers(
    KeyCache keys, PersonTokens tokens, ApplicationDirectory applications, IOptions<AccessOptions> options,
    TimeProvider clock)
{
    /// <summary>The header that carries a key.</summary>
    public const string KeyHeader = "x-api-key";

    /// <summary>The header in which a person names the application in whose name the request is made.</summary>
    public const string ApplicationHeader = "x-application";

    private const string Bearer = "Bearer ";

    /// <summary>The caller. Fails with: unauthenticated, invalid, no-role, not-found, authority-away.</summary>
    public async Task<Result<Caller>> FindAsync(HttpRequest request, CancellationToken cancel)
    {
        var key = request.Headers[KeyHeader].ToString();
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return await FindByKeyAsync(key, cancel) is { } found ? found : AccessErrors.Unauthenticated;
        if (key.Length > 0) return AccessErrors.TwoCredentials;
        var read = await tokens.ReadAsync(authorization[Bearer.Length..].Trim(), cancel);
        return read.Try(out var person, out var error)
            ? await ActAsync(person, request.Headers[ApplicationHeader].ToString(), cancel)
            : error;
    }

    private async Task<Caller?> FindByKeyAsync(string text, CancellationToken cancel)
    {
        if (options.Value.BootstrapAdminKey is { Length: > 0 } bootstrap
            && AccessKey.Same(AccessKey.HashOf(text), AccessKey.HashOf(bootstrap)))
            return new Caller(null, "bootstrap", [Scope.Admin]);
        if (AccessKey.Parse(text) is not var (application, keyId)) return null;
        if (await keys.FindAsync(application, keyId, cancel) is not { } holder) return null;
        if (!holder.Key.Holds(text, clock.GetUtcNow())) return null;
        await keys.TouchAsync(holder.Key, cancel);
        return new Caller(holder.Application, keyId, holder.Key.Scopes);
    }

    private async Task<Result<Caller>> ActAsync(Person person, string application, CancellationToken cancel)
    {
        if (person.Roles.Count == 0) return AccessErrors.NoRole;
        if (application.Length == 0)
            return person.ScopesEverywhere is { Count: > 0 } scopes
                ? new Caller(null, person.Id, scopes) { Person = person.Id }
                : AccessErrors.ApplicationNeeded;
        var found = await applications.FindAsync(application, cancel);
        // An application of an environment in which the person has no role is as good as none.
        return found is not null && person.ScopesIn(found.Environment) is { Count: > 0 } held
            ? new Caller(found, person.Id, held) { Person = person.Id }
            : Error.NotFound("application");
    }
}
