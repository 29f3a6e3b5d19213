using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CustomerFunctions.Access;

/// <summary>
/// Finds out who sends an HTTP request, and whether that is not too often. Without a key or token that holds there is
/// no invocation at all, but for the functions that <see cref="IsOpen"/> names. Other triggers pass straight through:
/// replays must not be awaited.
/// </summary>
public sealed class AccessMiddleware(Callers callers, RequestLimits limits) : IFunctionsWorkerMiddleware
{
    /// <summary>Functions that anyone may call.</summary>
    public static bool IsOpen(string function) => function is "GetLiveness" or "GetReadiness";

    /// <inheritdoc/>
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) =>
        context.GetHttpContext() is { } http && !IsOpen(context.FunctionDefinition.Name)
            ? InvokeAsync(http, context, next)
            : next(context);

    private async Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        var found = await callers.FindAsync(http.Request, http.RequestAborted);
        if (!found.Try(out var caller, out var refusal) || (refusal = limits.Take(caller)) is not null)
        {
            await Problem.From(refusal).ExecuteAsync(http);
            return;
        }

        Admission.Introduce(http, caller);
        await next(context);
    }
}
