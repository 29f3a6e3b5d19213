using System.Diagnostics.CodeAnalysis;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Access;

/// <summary>Who sends a request, as its key or token says. Every area asks for one before it does anything.</summary>
/// <param name="Application">The application behind the key, or in whose name a person works; null for the bootstrap
/// key and for admins who name none: they have no environment.</param>
/// <param name="KeyId">Which key, or which person.</param>
/// <param name="Scopes">What it may do.</param>
public sealed record Caller(Application? Application, string KeyId, IReadOnlyList<Scope> Scopes)
{
    /// <summary>The environment that all the caller's data lies in.</summary>
    public AppEnvironment Environment => App.Environment;

    /// <summary>The application; only a caller admitted to an environment's routes has one for certain.</summary>
    public Application App =>
        Application ?? throw new InvalidOperationException("The bootstrap key belongs to no application.");

    /// <summary>True when the caller's admin scope reaches an environment: its own, or any for the bootstrap key.
    /// </summary>
    public bool MayAdminister(AppEnvironment environment) =>
        Application is null || Application.Environment == environment;

    /// <summary>How the caller is named in entries and notes: <c>application:shop</c>, <c>person:{object id}</c>.
    /// </summary>
    public string Name => Person is not null ? $"person:{Person}"
        : Application is null ? "bootstrap"
        : $"application:{Application.Name}";

    /// <summary>Whose Idempotency-Keys the caller's are: all clients of an application share them.</summary>
    public string KeySpace => Application is null ? Name : $"application:{Application.Name}";

    /// <summary>The object id of the person who came with a token of the directory; null for a key.</summary>
    public string? Person { get; init; }
}

/// <summary>How a function lets a caller in: <c>if (!http.Admits(Scope.Integration, out var caller, out var no))
/// return no;</c></summary>
public static class Admission
{
    private static readonly object Key = new();

    /// <summary>True and the caller, when its key covers the scope; else the problem to answer: 401 without a key,
    /// 403 without the scope. Scopes other than admin also need an application, which the bootstrap key has not.
    /// </summary>
    public static bool Admits(
        this HttpRequest request,
        Scope needed,
        [NotNullWhen(true)] out Caller? caller,
        [NotNullWhen(false)] out IResult? refusal)
    {
        caller = CallerOf(request.HttpContext);
        if (caller is null) refusal = Problem.From(AccessErrors.Unauthenticated);
        else if (!caller.Scopes.Cover(needed)) refusal = Problem.From(AccessErrors.Denied(needed));
        else if (needed != Scope.Admin && caller.Application is null) refusal =
            Problem.From(AccessErrors.NoEnvironment);
        else
        {
            refusal = null;
            return true;
        }

        caller = null;
        return false;
    }

    internal static void Introduce(HttpContext http, Caller caller) => http.Items[Key] = caller;

    internal static Caller? CallerOf(HttpContext http) => http.Items[Key] as Caller;
}
