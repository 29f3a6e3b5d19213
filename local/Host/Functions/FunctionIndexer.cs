using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace CustomerFunctions.Local.Host.Functions;

/// <summary>Finds the functions of an app by their attributes.</summary>
public static partial class FunctionIndexer
{
    private const BindingFlags AnyMethod = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static
        | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Every function of an assembly.</summary>
    /// <param name="app">The app.</param>
    /// <param name="serves">Which classes count; null is all.</param>
    /// <exception cref="LocalHostException">A function is declared in a way that the real worker does not find,
    /// or that the local host does not serve; the message names it.</exception>
    public static FunctionCatalog Index(Assembly app, Func<Type, bool>? serves = null)
    {
        var methods =
            from type in app.GetTypes()
            where serves is null || serves(type)
            from method in type.GetMethods(AnyMethod)
            where method.IsDefined(typeof(FunctionAttribute), inherit: false)
            select method;
        var functions = methods.Select((method, i) => Entry(method, id: i + 1)).ToList();
        RefuseRepeats(functions);
        return new(functions);
    }

    private static FunctionEntry Entry(MethodInfo method, int id)
    {
        var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        var place = $"{method.DeclaringType!.FullName}.{method.Name}";
        if (name is null || !NamePattern().IsMatch(name))
            throw new LocalHostException($"{place} has no valid function name: '{name}'.");
        RefuseHidden(method, name, place);
        var (parameter, trigger) = Trigger(method, name);
        return new(Definition(method, name, id, trigger), method, parameter, trigger);
    }

    private static void RefuseHidden(MethodInfo method, string name, string place)
    {
        var type = method.DeclaringType!;
        var fault = type switch
        {
            { IsNested: true } => "its class is nested",
            { IsPublic: false } => "its class is not public",
            { IsGenericTypeDefinition: true } => "its class is generic",
            { IsAbstract: true, IsSealed: false } => "its class is abstract",
            _ => method.IsPublic ? null : "its method is not public",
        };
        if (fault is not null)
            throw new LocalHostException($"Function {name} ({place}) would not be found by the real worker: {fault}.");
    }

    private static (ParameterInfo Parameter, TriggerBindingAttribute Trigger) Trigger(MethodInfo method, string name)
    {
        var triggers = method.GetParameters()
            .Select(p => (Parameter: p, Trigger: p.GetCustomAttribute<TriggerBindingAttribute>()))
            .Where(p => p.Trigger is not null)
            .ToList();
        return triggers is [var (parameter, trigger)]
            ? (parameter, trigger!)
            : throw new LocalHostException($"Function {name} has {triggers.Count} trigger attributes; it needs one.");
    }

    private static HostFunctionDefinition Definition(
        MethodInfo method, string name, int id, TriggerBindingAttribute trigger)
    {
        var parameters = method.GetParameters();
        var inputs =
            from p in parameters
            let attribute = p.GetCustomAttribute<BindingAttribute>()
            where attribute is not null
            select Metadata(name, p.Name!, attribute, BindingDirection.In);
        var outputs = OutputAttributes(method)
            .Select(a => Metadata(name, "$return", a, BindingDirection.Out))
            .ToList();
        if (trigger is HttpTriggerAttribute && outputs.Count == 0)
            outputs.Add(new("$return", "http", BindingDirection.Out));
        return new(
            id.ToString(CultureInfo.InvariantCulture), name, method,
            [.. parameters.Select(Parameter)], inputs, outputs);
    }

    /// <summary>What the return value is sent to, by attributes of the method or of its return value.</summary>
    internal static IEnumerable<OutputBindingAttribute> OutputAttributes(MethodInfo method) =>
    [
        .. method.GetCustomAttributes<OutputBindingAttribute>(),
        .. method.ReturnParameter.GetCustomAttributes<OutputBindingAttribute>(),
    ];

    private static FunctionParameter Parameter(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<BindingAttribute>() is { } attribute
            ? new(parameter.Name!, parameter.ParameterType,
                new Dictionary<string, object> { ["bindingAttribute"] = attribute })
            : new(parameter.Name!, parameter.ParameterType);

    private static HostBindingMetadata Metadata(
        string function, string name, BindingAttribute attribute, BindingDirection direction)
    {
        // By name, because the folders of the other triggers stand beside this one, not below it.
        var type = attribute.GetType().Name switch
        {
            nameof(HttpTriggerAttribute) => "httpTrigger",
            nameof(TimerTriggerAttribute) => "timerTrigger",
            nameof(BlobTriggerAttribute) => "blobTrigger",
            "ServiceBusTriggerAttribute" => "serviceBusTrigger",
            "ServiceBusOutputAttribute" => "serviceBus",
            "OrchestrationTriggerAttribute" => "orchestrationTrigger",
            "ActivityTriggerAttribute" => "activityTrigger",
            "DurableClientAttribute" => "durableClient",
            var other => throw new LocalHostException(
                $"Function {function} uses {other}, which the local host does not serve."),
        };
        return new(name, type, direction);
    }

    private static void RefuseRepeats(IEnumerable<FunctionEntry> functions)
    {
        var repeated = functions
            .GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(named => named.Count() > 1);
        if (repeated is not null)
            throw new LocalHostException($"The function name {repeated.Key} is used by "
                + string.Join(" and ", repeated.Select(f => f.Definition.EntryPoint)) + ".");
    }

    // The real host's rule for function names.
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,126}$")]
    private static partial Regex NamePattern();
}
