using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Shared.Http;

/// <summary>Writes refusals as RFC 9457 problem documents. The only place where an error kind becomes a
/// status.</summary>
public static class Problem
{
    /// <summary>Begins every problem's <c>type</c>; the error code follows.</summary>
    public const string TypePrefix = "urn:customerfunctions:";

    /// <summary>The answer for a refusal.</summary>
    public static IResult From(Error error) => new ProblemResult(error);

    /// <summary>The HTTP status of a kind of refusal.</summary>
    public static int Status(ErrorKind kind) => kind switch
    {
        ErrorKind.Moved => StatusCodes.Status308PermanentRedirect,
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorKind.Denied => StatusCodes.Status403Forbidden,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Stale => StatusCodes.Status412PreconditionFailed,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorKind.Refused => StatusCodes.Status422UnprocessableEntity,
        ErrorKind.TooMany => StatusCodes.Status429TooManyRequests,
        ErrorKind.Busy => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static string Title(ErrorKind kind) => kind switch
    {
        ErrorKind.Moved => "Moved",
        ErrorKind.Invalid => "Bad request",
        ErrorKind.Unauthenticated => "Not authenticated",
        ErrorKind.Denied => "Not allowed",
        ErrorKind.NotFound => "Not found",
        ErrorKind.Conflict => "Conflict",
        ErrorKind.Stale => "Out of date",
        ErrorKind.TooLarge => "Too large",
        ErrorKind.Refused => "Refused",
        ErrorKind.TooMany => "Too many requests",
        _ => "Try again",
    };

    /// <summary>The members of the problem document, in the order in which they are written.</summary>
    public static IReadOnlyDictionary<string, object?> Document(Error error, string instance, string requestId)
    {
        var document = new Dictionary<string, object?>
        {
            ["type"] = TypePrefix + error.Code,
            ["title"] = Title(error.Kind),
            ["status"] = Status(error.Kind),
            ["detail"] = error.Message,
            ["instance"] = instance,
            ["requestId"] = requestId,
        };
        if (!error.Fields.IsEmpty) document["errors"] = error.Fields;
        foreach (var (name, value) in error.Details) document[name] = value;
        return document;
    }

    private sealed class ProblemResult(Error error) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => Status(error.Kind);

        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (error.RetryAfter is { } wait)
                httpContext.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds):0}";
            if (error.Kind == ErrorKind.Moved && error.Details.GetValueOrDefault("profileId") is string id)
                httpContext.Response.Headers.Location = ProfileRoute.WithId(httpContext.Request, id);
            var document = Document(error, httpContext.Request.Path, RequestId.Of(httpContext));
            return Results.Json(document, Json.Options, "application/problem+json", StatusCode)
                .ExecuteAsync(httpContext);
        }
    }
}
