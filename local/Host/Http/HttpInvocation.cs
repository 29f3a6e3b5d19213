using System.Diagnostics;
using System.Text.Json;
using CustomerFunctions.Local.Host.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Local.Host.Http;

/// <summary>Turns a request into an invocation and a fault into an empty 500.</summary>
internal sealed partial class HttpInvocation(
    IFunctionInvoker invoker, FunctionRoutes routes, IOptions<KestrelServerOptions> worker,
    ILogger<HttpInvocation> log)
{
    // The limit of the real host, whatever the app sets for itself.
    private const long HostBodyBytesMax = 104_857_600;

    private const string LandingPage =
        "<!DOCTYPE html><html><head><title>Local functions host</title></head>"
        + "<body><p>The local functions host is running.</p></body></html>";

    /// <summary>Comes before the routing that the app sees: answers what no function serves.</summary>
    public async Task BeforeRoutingAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path == "/")
            await ShowLandingPageAsync(http);
        else if (routes.Match(http) is not { } match)
            Answer(http, StatusCodes.Status404NotFound);
        else if (http.Request.ContentLength > HostBodyBytesMax)
            RefuseBody(http);
        else
        {
            http.Features.Set(new HostMatch(match.Route, match.Values));
            await FailSafeAsync(http, match.Route.Function.Name, next);
        }
    }

    /// <summary>Comes after it: calls the function that the host, not the routing, chose.</summary>
    public async Task RunAsync(HttpContext http)
    {
        var match = http.Features.GetRequiredFeature<HostMatch>();
        LimitBody(http);
        // Not the request's own token, which the app can also see: the two differ in the real worker.
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var invocation = new Invocation(match.Route.Function, null, BindingData(http, match.Values), http);
        await invoker.InvokeAsync(invocation, cancel.Token);
    }

    private async Task FailSafeAsync(HttpContext http, string function, RequestDelegate next)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
            var milliseconds = (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Log.Answered(log, http.Request.Method, http.Request.Path, http.Response.StatusCode, milliseconds, function);
        }
        catch (Exception fault)
        {
            Log.Failed(log, function, fault);
            if (http.Response.HasStarted)
            {
                http.Abort();
                return;
            }

            http.Response.Clear();
            Answer(http, StatusCodes.Status500InternalServerError);
        }
    }

    private static async Task ShowLandingPageAsync(HttpContext http)
    {
        http.Response.ContentType = "text/html";
        await http.Response.WriteAsync(LandingPage);
    }

    private static void RefuseBody(HttpContext http)
    {
        Answer(http, StatusCodes.Status500InternalServerError);
        http.Response.Headers.Connection = "close";
    }

    private static void Answer(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentLength = 0;
    }

    private void LimitBody(HttpContext http)
    {
        var kestrel = http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();
        kestrel.MaxRequestBodySize = HostBodyBytesMax;
        var body = new WorkerBody(http.Request, http.Request.Body, worker.Value.Limits.MaxRequestBodySize);
        http.Request.Body = body;
        http.Features.Set<IHttpMaxRequestBodySizeFeature>(body);
    }

    private static Dictionary<string, object?> BindingData(HttpContext http, RouteValueDictionary route)
    {
        var query = http.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Query"] = JsonSerializer.Serialize(query),
            ["Headers"] = JsonSerializer.Serialize(
                http.Request.Headers.ToDictionary(h => PascalCased(h.Key), h => h.Value.ToString())),
        };
        foreach (var (name, value) in query) data[name] = value;
        // In the real host a route value stands above a query value of the same name.
        foreach (var (name, value) in route) data[name] = value;
        return data;
    }

    private static string PascalCased(string header) =>
        string.Concat(header.Split('-').Select(w => w.Length == 0 ? "" : char.ToUpperInvariant(w[0]) + w[1..]));

    private sealed record HostMatch(FunctionRoute Route, RouteValueDictionary Values);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Method} {Path} {Status} {Milliseconds} ms {Name}")]
        public static partial void Answered(
            ILogger log, string method, string path, int status, long milliseconds, string name);

        [LoggerMessage(LogLevel.Error, "Function {Name} failed.")]
        public static partial void Failed(ILogger log, string name, Exception fault);
    }
}
