using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace CustomerFunctions.Local.Host.Functions;

/// <summary>One function of the app, found by reflection.</summary>
/// <param name="Definition">What the app sees of it.</param>
/// <param name="Method">The method to call; its declaring type is made anew for each invocation.</param>
/// <param name="TriggerParameter">The parameter that carries the trigger attribute.</param>
/// <param name="Trigger">The trigger attribute itself.</param>
public sealed record FunctionEntry(
    FunctionDefinition Definition, MethodInfo Method, ParameterInfo TriggerParameter, TriggerBindingAttribute Trigger)
{
    /// <summary>The name that the function's attribute gives it.</summary>
    public string Name => Definition.Name;
}

/// <summary>One call of a function.</summary>
/// <param name="Function">Which function.</param>
/// <param name="TriggerValue">What the trigger parameter receives when it fits its type as it is; else a JSON text,
/// <see cref="BinaryData"/> or stream that the invoker converts.</param>
/// <param name="BindingData">What <see cref="BindingContext.BindingData"/> holds; also bound to parameters by name.
/// </param>
/// <param name="Http">The request, for HTTP triggers.</param>
public sealed record Invocation(
    FunctionEntry Function,
    object? TriggerValue,
    IReadOnlyDictionary<string, object?> BindingData,
    HttpContext? Http = null)
{
    /// <summary>0 for the first try; counts tries of one trigger when a retry policy repeats it.</summary>
    public int RetryCount { get; init; }
}

/// <summary>Runs functions: scope, middleware, parameter binding, output bindings. One for all triggers.</summary>
public interface IFunctionInvoker
{
    /// <summary>Calls the function and gives back its return value (null for none).
    /// An exception of the function or of its middleware comes out as it was thrown.</summary>
    Task<object?> InvokeAsync(Invocation invocation, CancellationToken cancel);
}

/// <summary>Fills parameters that carry an input binding attribute, such as the durable client.</summary>
public interface IInputBinder
{
    /// <summary>True, with the value, when this binder serves the parameter.</summary>
    bool TryBind(ParameterInfo parameter, FunctionContext context, out object? value);
}

/// <summary>Sends what a function returned to where an output binding attribute points.</summary>
public interface IOutputBinder
{
    /// <summary>True when this binder serves the attribute.</summary>
    bool Serves(OutputBindingAttribute attribute);

    /// <summary>Sends the value on; null sends nothing. A fault fails the invocation.</summary>
    Task SendAsync(OutputBindingAttribute attribute, object? value, CancellationToken cancel);
}

/// <summary>All functions of the app, ordered by name (ordinal, ignoring case), as the real host orders them.</summary>
public sealed class FunctionCatalog(IEnumerable<FunctionEntry> functions)
{
    /// <summary>Every function, in order.</summary>
    public IReadOnlyList<FunctionEntry> All { get; } =
        [.. functions.OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The functions that a kind of trigger starts.</summary>
    public IEnumerable<(FunctionEntry Function, TTrigger Trigger)> StartedBy<TTrigger>()
        where TTrigger : TriggerBindingAttribute =>
        from f in All where f.Trigger is TTrigger select (f, (TTrigger)f.Trigger);
}
