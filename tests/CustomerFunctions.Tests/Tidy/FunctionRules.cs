using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>How functions are written. The real worker's source generator asks for some of it.</summary>
public static partial class FunctionRules
{
    /// <summary>Methods that carry <see cref="FunctionAttribute"/>.</summary>
    public static IEnumerable<(MethodInfo Method, string Name)> FunctionsIn(params IEnumerable<Type> types) =>
        from type in types
        from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
            | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        orderby function.Name
        select (method, function.Name);

    public static IEnumerable<string> ShapeFaults(params IEnumerable<Type> types)
    {
        foreach (var (method, name) in FunctionsIn(types))
        {
            var type = method.DeclaringType!;
            if (!type.IsPublic) yield return $"{name}: its class must be public and not nested.";
            if (!type.IsSealed) yield return $"{name}: its class must be sealed.";
            if (type.Name != name) yield return $"{name}: its class is called {type.Name}; both must be one name.";
            if (method is not { Name: "Run", IsPublic: true })
                yield return $"{name}: its method must be public and called Run.";
            if (Trigger(method) is not { } trigger) yield return $"{name}: it needs exactly one trigger.";
            else if (trigger is HttpTriggerAttribute http)
                foreach (var fault in HttpFaults(method, name, http)) yield return fault;
        }
    }

    /// <summary>The <c>%names%</c> in attributes that the sample settings do not have, and connections likewise. The
    /// host knows a variable A__B as A:B only, so a name with underscores would never be found.</summary>
    public static IEnumerable<string> SettingFaults(string sampleJson, params IEnumerable<Type> types)
    {
        // The host does not start with settings that name one twice.
        using var sample = JsonDocument.Parse(
            sampleJson, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var known = sample.RootElement.GetProperty("Values").EnumerateObject().Select(v => v.Name.Replace("__", ":"))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return from f in FunctionsIn(types)
               from setting in SettingsOf(f.Method).Distinct()
               where !known.Contains(setting)
               select setting.Contains("__", StringComparison.Ordinal)
                   ? $"{f.Name}: the host cannot find the setting {setting}: name it without underscores."
                   : $"{f.Name}: the setting {setting} is not in local.settings.sample.json.";
    }

    /// <summary>One line each: name, trigger and what starts it.</summary>
    public static IEnumerable<string> Lines(params IEnumerable<Type> types) =>
        FunctionsIn(types).Select(f => $"{f.Name}: {Describe(Trigger(f.Method))}").Order(StringComparer.Ordinal);

    /// <summary>Each method and route of the HTTP functions.</summary>
    public static IEnumerable<(string Function, string Method, string Route)> Routes(params IEnumerable<Type> types) =>
        from f in FunctionsIn(types)
        let http = Trigger(f.Method) as HttpTriggerAttribute
        where http is not null
        from method in http.Methods is { Length: > 0 } named ? named : ["*"]
        select (f.Name, method.ToUpperInvariant(), http.Route ?? f.Name);

    private static IEnumerable<string> HttpFaults(MethodInfo method, string name, HttpTriggerAttribute http)
    {
        if (method.ReturnType != typeof(Task<IResult>))
            yield return $"{name}: it must return Task<IResult>; the worker drops most other values.";
        if (http.AuthLevel != AuthorizationLevel.Anonymous)
            yield return $"{name}: its level must be Anonymous; our own keys decide.";
        if (http.Methods is not { Length: > 0 }) yield return $"{name}: without methods it would answer them all.";
        if (http.Route is not { Length: > 0 } route) yield return $"{name}: it needs a route.";
        else if (route.StartsWith('/') || route.Contains('%'))
            yield return $"{name}: the host cannot carry '/' at the start or settings in a route.";
    }

    private static TriggerBindingAttribute? Trigger(MethodInfo method) =>
        method.GetParameters().SelectMany(p => p.GetCustomAttributes<TriggerBindingAttribute>()).ToList() is [var one]
            ? one
            : null;

    private static string Describe(TriggerBindingAttribute? trigger) => trigger switch
    {
        null => "none",
        HttpTriggerAttribute http => $"http {string.Join(',', http.Methods ?? ["*"]).ToUpperInvariant()} {http.Route}"
            + $" ({http.AuthLevel.ToString().ToLowerInvariant()})",
        _ => string.Join(' ', new[] { trigger.GetType().Name.Replace("TriggerAttribute", "").ToLowerInvariant() }
            .Concat(Texts(trigger))),
    };

    private static IEnumerable<string> SettingsOf(MethodInfo method)
    {
        var attributes = method.GetParameters().SelectMany(p => p.GetCustomAttributes<BindingAttribute>())
            .Concat(method.GetCustomAttributes<BindingAttribute>());
        foreach (var attribute in attributes)
        {
            foreach (var text in Texts(attribute))
                foreach (Match match in Setting().Matches(text)) yield return match.Groups["name"].Value;
            if (attribute.GetType().GetProperty("Connection")?.GetValue(attribute) is string { Length: > 0 } connection)
                yield return connection;
        }
    }

    /// <summary>What an attribute says in texts, its connection's name left out.</summary>
    private static IEnumerable<string> Texts(BindingAttribute attribute) =>
        from property in attribute.GetType().GetProperties()
        where property.PropertyType == typeof(string) && property.Name != "Connection"
        orderby property.Name
        let text = (string?)property.GetValue(attribute)
        where text is { Length: > 0 }
        select text;

    [GeneratedRegex("%(?<name>[^%]+)%")]
    private static partial Regex Setting();
}
