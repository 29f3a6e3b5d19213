using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Local.Worker;

/// <summary>How the local host joins the app: it sets <see cref="Current"/>, then runs the app's entry point.</summary>
public static class WorkerRuntime
{
    private static readonly AsyncLocal<WorkerHooks?> Hooks = new();

    /// <summary>Flows with the caller, so that several apps can run in one process.</summary>
    public static WorkerHooks? Current
    {
        get => Hooks.Value;
        set => Hooks.Value = value;
    }
}

/// <summary>The moments of an app's start that the local host takes part in.</summary>
/// <param name="Created">The builder is new: the host adds its settings.</param>
/// <param name="Building">The app has made its own registrations: the host adds its services.</param>
/// <param name="Built">The app's host is there, not yet started.</param>
public sealed record WorkerHooks(
    Action<FunctionsApplicationBuilder> Created, Action<FunctionsApplicationBuilder> Building, Action<IHost> Built);

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
