using CustomerFunctions.Local.Host.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerFunctions.Local.Host.Http;

/// <summary>The route and methods of one function.</summary>
internal sealed class FunctionRoute
{
    private readonly TemplateMatcher _matcher;
    private readonly IDictionary<string, IRouteConstraint> _constraints;

    /// <exception cref="LocalHostException">The route is not a template, or begins with a slash.</exception>
    public FunctionRoute(
        FunctionEntry function, HttpTriggerAttribute trigger, string prefix, IInlineConstraintResolver resolver)
    {
        Function = function;
        Methods = trigger.Methods ?? [];
        var route = trigger.Route ?? function.Name;
        if (route.StartsWith('/'))
            throw new LocalHostException($"The route '{route}' of function {function.Name} begins with a slash.");
        Template = $"{prefix.Trim('/')}/{route}".Trim('/');
        var parsed = Parse();
        _matcher = new(parsed, Defaults(parsed));
        _constraints = Constraints(parsed, resolver);
    }

    public FunctionEntry Function { get; }

    /// <summary>The route with its prefix, without slashes around it.</summary>
    public string Template { get; }

    /// <summary>The methods that are taken; empty is all, invented ones too.</summary>
    public string[] Methods { get; }

    public bool TryMatch(HttpContext http, out RouteValueDictionary values)
    {
        values = [];
        return TakesMethod(http.Request.Method)
            && _matcher.TryMatch(http.Request.Path, values)
            && RouteConstraintMatcher.Match(
                _constraints, values, http, NullRouter.Instance, RouteDirection.IncomingRequest, NullLogger.Instance);
    }

    public bool Overlaps(FunctionRoute other) =>
        Template.Equals(other.Template, StringComparison.OrdinalIgnoreCase)
        && (Methods.Length == 0 || other.Methods.Length == 0 || Methods.Any(other.TakesMethod));

    private bool TakesMethod(string method) =>
        Methods.Length == 0 || Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

    private RouteTemplate Parse()
    {
        try
        {
            return TemplateParser.Parse(Template);
        }
        catch (ArgumentException fault)
        {
            throw new LocalHostException(
                $"The route '{Template}' of function {Function.Name} is not valid: {fault.Message}", fault);
        }
    }

    private static RouteValueDictionary Defaults(RouteTemplate template)
    {
        var defaults = new RouteValueDictionary();
        foreach (var parameter in template.Parameters.Where(p => p.DefaultValue is not null))
            defaults[parameter.Name!] = parameter.DefaultValue;
        return defaults;
    }

    private static IDictionary<string, IRouteConstraint> Constraints(
        RouteTemplate template, IInlineConstraintResolver resolver)
    {
        var builder = new RouteConstraintBuilder(resolver, template.TemplateText!);
        foreach (var parameter in template.Parameters)
        {
            if (parameter.IsOptional) builder.SetOptional(parameter.Name!);
            foreach (var constraint in parameter.InlineConstraints)
                builder.AddResolvedConstraint(parameter.Name!, constraint.Constraint);
        }

        return builder.Build();
    }

    // Constraints ask for a router but none of the built-in ones uses it.
    private sealed class NullRouter : IRouter
    {
        public static readonly NullRouter Instance = new();

        public VirtualPathData? GetVirtualPath(VirtualPathContext context) => null;

        public Task RouteAsync(RouteContext context) => Task.CompletedTask;
    }
}
