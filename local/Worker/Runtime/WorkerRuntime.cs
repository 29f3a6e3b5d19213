using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CustomerFunctions.Local.Worker;

/// <summary>How the local host joins the app: it sets <see cref="Building"/>, then runs the app's entry point.</summary>
public static class WorkerRuntime
{
    private static readonly AsyncLocal<Action<FunctionsApplicationBuilder>?> Hook = new();

    /// <summary>Called once while the app's host is being built, after the app's own registrations.
    /// It flows with the caller, so that several apps can run in one process.</summary>
    public static Action<FunctionsApplicationBuilder>? Building
    {
        get => Hook.Value;
        set => Hook.Value = value;
    }
}

/// <summary>The app's middleware in order of registration, closed over the function itself.</summary>
public sealed class MiddlewarePipeline(
    IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
{
    /// <summary>Wraps <paramref name="function"/> so that the first registered middleware runs first.</summary>
    public FunctionExecutionDelegate Around(FunctionExecutionDelegate function)
    {
        var next = function;
        for (var i = middleware.Count - 1; i >= 0; i--) next = middleware[i](next);
        return next;
    }
}

/// <summary>Hands the HTTP context over at the point of the pipeline where the real worker does.</summary>
public static class HttpProxying
{
    private static readonly object Pending = new();

    /// <summary>Keeps the context of an HTTP invocation until the proxying step of the pipeline.</summary>
    public static void Hold(FunctionContext context, HttpContext http) => context.Items[Pending] = http;

    /// <summary>Makes the held context visible to <see cref="HttpContextExtensions.GetHttpContext"/>.</summary>
    public static void Reveal(FunctionContext context)
    {
        if (context.Items.Remove(Pending, out var http)) context.Items[HttpContextExtensions.ItemKey] = http;
    }
}
