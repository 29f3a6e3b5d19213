using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Access;

/// <summary>
/// Finds out who sends an HTTP request. Without a key that holds there is no invocation at all, but for the functions
/// that <see cref="IsOpen"/> names. Other triggers pass straight through: replays must not be awaited.
/// </summary>
public sealed class AccessMiddleware(KeyCache keys, IOptions<AccessOptions> options, TimeProvider clock)
    : IFunctionsWorkerMiddleware
{
    /// <summary>The header that carries the key.</summary>
    public const string Header = "x-api-key";

    /// <summary>Functions that anyone may call.</summary>
    public static bool IsOpen(string function) => function is "GetLiveness" or "GetReadiness";

    /// <inheritdoc/>
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) =>
        context.GetHttpContext() is { } http && !IsOpen(context.FunctionDefinition.Name)
            ? InvokeAsync(http, context, next)
            : next(context);

    private async Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        if (await FindCallerAsync(http.Request.Headers[Header].ToString(), http.RequestAborted) is not { } caller)
        {
            await Problem.From(AccessErrors.Unauthenticated).ExecuteAsync(http);
            return;
        }

        Admission.Introduce(http, caller);
        await next(context);
    }

    private async Task<Caller?> FindCallerAsync(string text, CancellationToken cancel)
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
}
