using CustomerFunctions.Shared.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Shared.Http;

/// <summary>
/// Around every HTTP invocation: gives it a request id and turns a fault into a problem document without its message.
/// Other triggers pass straight through, in the same call: an orchestrator replay must not be awaited here.
/// </summary>
public sealed partial class ProblemMiddleware(ILogger<ProblemMiddleware> logger) : IFunctionsWorkerMiddleware
{
    private static readonly Error Fault = new("fault", ErrorKind.Busy, "Something went wrong on our side.");

    private static readonly Error Unavailable =
        new("unavailable", ErrorKind.Busy, "Storage does not answer. Repeat the request with its Idempotency-Key.")
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    /// <inheritdoc/>
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) =>
        context.GetHttpContext() is { } http ? InvokeAsync(http, context, next) : next(context);

    private async Task InvokeAsync(HttpContext http, FunctionContext context, FunctionExecutionDelegate next)
    {
        var requestId = RequestId.Assign(http);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(http, Error.Invalid("", "The request is not well formed."), e.StatusCode);
        }
        catch (Exception e) when (e is StorageUnavailableException || e.IsUnanswered())
        {
            Log.Unavailable(logger, requestId, context.FunctionDefinition.Name, e);
            await AnswerAsync(http, Unavailable, StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception e)
        {
            Log.Fault(logger, requestId, context.FunctionDefinition.Name, e);
            await AnswerAsync(http, Fault, StatusCodes.Status500InternalServerError);
        }
    }

    private static async Task AnswerAsync(HttpContext http, Error error, int status)
    {
        if (http.Response.HasStarted) return;
        var document = new Dictionary<string, object?>(Problem.Document(error, http.Request.Path, RequestId.Of(http)))
        {
            ["status"] = status,
            ["title"] = status >= 500 ? "Fault" : "Bad request",
        };
        if (error.RetryAfter is { } wait) http.Response.Headers.RetryAfter = $"{wait.TotalSeconds:0}";
        await Results.Json(document, Json.Options, "application/problem+json", status).ExecuteAsync(http);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request {RequestId} of {Function} failed.")]
        public static partial void Fault(ILogger logger, string requestId, string function, Exception e);

        [LoggerMessage(2, LogLevel.Warning, "Request {RequestId} of {Function} met storage that does not answer.")]
        public static partial void Unavailable(ILogger logger, string requestId, string function, Exception e);
    }
}
