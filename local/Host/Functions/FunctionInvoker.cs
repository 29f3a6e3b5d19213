using System.Reflection;
using CustomerFunctions.Local.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Local.Host.Functions;

/// <summary>Runs functions in the app's own service provider. Nothing here awaits before the app's middleware,
/// so that a replayed orchestrator runs on the thread that called.</summary>
internal sealed class FunctionInvoker : IFunctionInvoker
{
    private readonly IServiceProvider _services;
    private readonly ParameterBinding _parameters;
    private readonly IOutputBinder[] _outputs;
    private readonly Microsoft.Azure.Functions.Worker.Middleware.FunctionExecutionDelegate _pipeline;

    public FunctionInvoker(
        IServiceProvider services, ParameterBinding parameters, IEnumerable<IOutputBinder> outputs,
        MiddlewarePipeline pipeline)
    {
        _services = services;
        _parameters = parameters;
        _outputs = [.. outputs];
        _pipeline = pipeline.Around(CallAsync);
    }

    public async Task<object?> InvokeAsync(Invocation invocation, CancellationToken cancel)
    {
        await using var scope = _services.CreateAsyncScope();
        var context = new HostFunctionContext(invocation, scope.ServiceProvider, cancel);
        if (invocation.Http is { } http)
        {
            http.RequestServices = scope.ServiceProvider;
            http.Request.Headers["x-ms-invocation-id"] = context.InvocationId;
            HttpProxying.Hold(context, http);
        }

        KillPoints.Reach("invocation-started");
        await _pipeline(context);
        var returned = ReturnedValue.Of(context).Value;
        foreach (var attribute in FunctionIndexer.OutputAttributes(invocation.Function.Method))
            await Binder(attribute, invocation).SendAsync(attribute, returned, cancel);
        return returned;
    }

    private Task CallAsync(FunctionContext context)
    {
        var host = (HostFunctionContext)context;
        var method = host.Invocation.Function.Method;
        var target = method.IsStatic
            ? null
            : ActivatorUtilities.CreateInstance(context.InstanceServices, method.DeclaringType!);
        var result = method.Invoke(
            target, BindingFlags.DoNotWrapExceptions, null, _parameters.Bind(host), culture: null);
        return KeepAsync(ReturnedValue.Of(context), method.ReturnType, result, target);
    }

    private static async Task KeepAsync(ReturnedValue returned, Type declared, object? result, object? target)
    {
        try
        {
            returned.Value = await Unwrapped.Of(declared, result);
        }
        finally
        {
            if (target is IAsyncDisposable later) await later.DisposeAsync();
            else (target as IDisposable)?.Dispose();
        }
    }

    private IOutputBinder Binder(OutputBindingAttribute attribute, Invocation invocation) =>
        Array.Find(_outputs, o => o.Serves(attribute))
        ?? throw new InvalidOperationException(
            $"Nothing sends {attribute.GetType().Name} of {invocation.Function.Name}.");
}
