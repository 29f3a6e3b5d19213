using CustomerFunctions.Local.Host.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Http;

/// <summary>Picks the function of a request as the real host does: the first in order of function names whose
/// route, constraints and methods fit, however exact another one's route is.</summary>
internal sealed partial class FunctionRoutes
{
    private readonly FunctionRoute[] _routes;

    public FunctionRoutes(
        FunctionCatalog catalog, HostSettings settings, IInlineConstraintResolver constraints,
        ILogger<FunctionRoutes> log)
    {
        var prefix = settings.HostJson["extensions:http:routePrefix"] ?? "api";
        _routes =
        [
            .. from http in catalog.StartedBy<HttpTriggerAttribute>()
               where !settings.IsDisabled(http.Function.Name)
               let route = new FunctionRoute(http.Function, http.Trigger, prefix, constraints)
               where IsServable(route, log)
               select route,
        ];
        ReportOverlaps(log);
    }

    public IReadOnlyList<FunctionRoute> All => _routes;

    /// <summary>The function and its route values, or null when nothing fits.</summary>
    public (FunctionRoute Route, RouteValueDictionary Values)? Match(HttpContext http)
    {
        foreach (var route in _routes)
            if (route.TryMatch(http, out var values)) return (route, values);
        return null;
    }

    // The real host keeps /admin for itself and puts such a function in error, then runs on.
    private static bool IsServable(FunctionRoute route, ILogger log)
    {
        if (!route.Template.StartsWith("admin", StringComparison.OrdinalIgnoreCase)) return true;
        Log.Reserved(log, route.Function.Name, route.Template);
        return false;
    }

    private void ReportOverlaps(ILogger log)
    {
        for (var i = 0; i < _routes.Length; i++)
            foreach (var earlier in _routes[..i].Where(_routes[i].Overlaps))
                Log.Overlaps(log, _routes[i].Function.Name, earlier.Function.Name, earlier.Template);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Function {Name} is in error: the route {Template} is reserved.")]
        public static partial void Reserved(ILogger log, string name, string template);

        [LoggerMessage(LogLevel.Error, "Function {Name} is in error: {Earlier} has the same route {Template}.")]
        public static partial void Overlaps(ILogger log, string name, string earlier, string template);
    }
}
