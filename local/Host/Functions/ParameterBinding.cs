using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Local.Host.Functions;

/// <summary>Gathers the arguments of one call.</summary>
internal sealed class ParameterBinding(IEnumerable<IInputBinder> binders, IOptions<JsonSerializerOptions> json)
{
    private readonly IInputBinder[] _binders = [.. binders];

    public object?[] Bind(HostFunctionContext context) =>
        [.. context.Invocation.Function.Method.GetParameters().Select(p => Bind(p, context))];

    private object? Bind(ParameterInfo parameter, HostFunctionContext context)
    {
        var invocation = context.Invocation;
        foreach (var binder in _binders)
            if (binder.TryBind(parameter, context, out var bound)) return bound;
        if (parameter == invocation.Function.TriggerParameter) return FromTrigger(parameter, invocation);
        if (parameter.GetCustomAttribute<InputBindingAttribute>() is { } unserved)
            throw new InvalidOperationException(
                $"Nothing binds {unserved.GetType().Name} of {invocation.Function.Name}({parameter.Name}).");
        return FromSurroundings(parameter, context);
    }

    private object? FromTrigger(ParameterInfo parameter, Invocation invocation) =>
        invocation.Http is { } http
            ? Fits(parameter, http.Request, http)
            : ValueConversion.To(parameter.ParameterType, invocation.TriggerValue, json.Value);

    private static object Fits(ParameterInfo parameter, HttpRequest request, HttpContext http) =>
        parameter.ParameterType.IsInstanceOfType(request) ? request
        : parameter.ParameterType.IsInstanceOfType(http) ? http
        : throw new InvalidOperationException(
            $"An HTTP trigger binds to HttpRequest, not to {parameter.ParameterType.Name} {parameter.Name}.");

    private object? FromSurroundings(ParameterInfo parameter, HostFunctionContext context)
    {
        var type = parameter.ParameterType;
        if (type == typeof(FunctionContext)) return context;
        if (type == typeof(CancellationToken)) return context.CancellationToken;
        if (context.Invocation.Http is { } http && type == typeof(HttpRequest)) return http.Request;
        if (TryNamed(context.BindingContext.BindingData, parameter.Name!, out var value))
            return ValueConversion.To(type, value, json.Value);
        return parameter.HasDefaultValue ? parameter.DefaultValue : ValueConversion.To(type, null, json.Value);
    }

    private static bool TryNamed(IReadOnlyDictionary<string, object?> data, string name, out object? value)
    {
        if (data.TryGetValue(name, out value)) return true;
        var key = data.Keys.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase));
        value = key is null ? null : data[key];
        return key is not null;
    }
}
