using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Shared.Http;

/// <summary>The successful answers of HTTP functions. Plain return values are dropped by the worker, so every function
/// answers with one of these or a <see cref="Problem"/>.</summary>
public static class Answer
{
    /// <summary>200 with a JSON body.</summary>
    public static IResult Ok<T>(T body) => Results.Json(body, Json.Options);

    /// <summary>201 with a JSON body.</summary>
    public static IResult Created<T>(T body) =>
        Results.Json(body, Json.Options, statusCode: StatusCodes.Status201Created);

    /// <summary>202 with a JSON body.</summary>
    public static IResult Accepted<T>(T body) =>
        Results.Json(body, Json.Options, statusCode: StatusCodes.Status202Accepted);

    /// <summary>204.</summary>
    public static IResult NoContent { get; } = Results.NoContent();

    /// <summary>The header of an answer that was given before.</summary>
    public const string HitHeader = "Idempotency-Hit";

    /// <summary>Adds an ETag to an answer.</summary>
    public static IResult WithETag(this IResult answer, string etag) => new WithHeader(answer, "ETag", etag);

    /// <summary>Says that the answer is the one of an earlier request with the same Idempotency-Key.</summary>
    public static IResult AsHit(this IResult answer, bool hit) =>
        hit ? new WithHeader(answer, HitHeader, "true") : answer;

    /// <summary>The body of a success, or the problem of a refusal.</summary>
    public static IResult Or<T>(this Result<T> result, Func<T, IResult> answer) =>
        result.Try(out var value, out var error) ? answer(value) : Problem.From(error);

    private sealed class WithHeader(IResult inner, string name, string value) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers[name] = value;
            return inner.ExecuteAsync(httpContext);
        }
    }
}
