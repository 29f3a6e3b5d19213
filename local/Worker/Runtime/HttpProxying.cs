using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CustomerFunctions.Local.Worker;

/// <summary>The step of the pipeline where the real worker joins an invocation with its HTTP request.</summary>
public static class HttpProxying
{
    private static readonly object Pending = new();

    /// <summary>Keeps the context of an HTTP invocation until this step.</summary>
    public static void Hold(FunctionContext context, HttpContext http) => context.Items[Pending] = http;

    /// <summary>Shows the held context to what follows, and sends the result that comes back.
    /// Awaits nothing for other triggers: replays of orchestrators must stay in step.</summary>
    public static Task RunAsync(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (!context.Items.Remove(Pending, out var held)) return next(context);
        var http = (HttpContext)held;
        context.Items[FunctionContextExtensions.ItemKey] = http;
        return RunAsync(context, http, next);
    }

    private static async Task RunAsync(FunctionContext context, HttpContext http, FunctionExecutionDelegate next)
    {
        await next(context);
        var send = ReturnedValue.Of(context).Value switch
        {
            IActionResult action => action.ExecuteResultAsync(new(http, http.GetRouteData(), new ActionDescriptor())),
            IResult result => result.ExecuteAsync(http),
            // The real worker drops plain values: 200 with an empty body.
            _ => Task.CompletedTask,
        };
        await send;
    }
}
