using System.Security.Cryptography;
using System.Text;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CustomerFunctions.Access;

/// <summary>
/// Answers a repeated POST as its Idempotency-Key's first one was answered. The answer is kept before it is sent; what
/// breaks off before that lets the function run again, which knows its own change. Other requests and triggers pass
/// straight through: replays must not be awaited.
/// </summary>
public sealed class KeptAnswersMiddleware(KeptAnswersTable answers) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) =>
        context.GetHttpContext() is { } http && HttpMethods.IsPost(http.Request.Method)
        && http.Request.Headers.ContainsKey(Requests.IdempotencyKeyHeader)
        && Admission.CallerOf(http) is { } caller
            ? InvokeAsync(http, caller, context, next)
            : next(context);

    private async Task InvokeAsync(
        HttpContext http, Caller caller, FunctionContext context, FunctionExecutionDelegate next)
    {
        var keeping = AnswerKeeping.Of(context.FunctionDefinition);
        if (!(await ReadAsync(http, caller, keeping)).Try(out var asked, out var error))
        {
            await Problem.From(error).ExecuteAsync(http);
            return;
        }

        if (keeping is KeepsOwnAnswerAttribute)
        {
            await next(context);
            return;
        }

        var opened = await answers.OpenAsync(asked.Key, http.RequestAborted);
        if (!opened.Then(o => o.Use.Meet(asked.Hash, caller.Scopes)).Try(out var kept, out error))
        {
            await Problem.From(error).ExecuteAsync(http);
            return;
        }

        if (kept is not null)
        {
            await SentAnswer.Again(kept).ExecuteAsync(http);
            return;
        }

        http.Request.NameKeyUse(opened.Value.Use.Name);
        await next(context);
        // The result is not executed yet; what a function writes to the response itself cannot be kept.
        if (context.GetInvocationResult() is not { Value: IResult result } returned) return;
        // Whatever fails from here on is told in its place.
        returned.Value = null;
        var answer = await SentAnswer.OfAsync(http, result);
        returned.Value = await FinishAsync(http, answer, asked, opened.Value, keeping);
    }

    /// <summary>Reads key and body. The body is held in memory, so only as much as JSON may have is taken.
    /// Fails with: invalid, body-too-large.</summary>
    private static async Task<Result<AskedRequest>> ReadAsync(
        HttpContext http, Caller caller, AnswerKeepingAttribute? keeping)
    {
        var request = http.Request;
        if (!request.ReadIdempotencyKey().Try(out var key, out var error)) return error;
        var asked = new AskedRequest(Hash.Hex("kept-answer", caller.KeySpace, key!), "", caller);
        if (keeping is KeepsOwnAnswerAttribute) return asked;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // With the key in it, so that nobody who sees the hash can try out what a short body might have been.
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join(
            '\0', key, request.Method, request.Path.Value, request.QueryString.Value, "")));
        if (keeping is not RebuiltAnswerAttribute { StreamsBody: true })
        {
            var read = await request.ReadBodyAsync(Requests.BodyBytesMax, http.RequestAborted);
            if (!read.Try(out var body, out error)) return error;
            hash.AppendData(body.Span);
            request.Body = new MemoryStream(body.ToArray());
        }

        return asked with { Hash = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }

    /// <summary>The answer to send. A success is kept, or gives way to the one that another request with the key has
    /// kept meanwhile; a refusal changed nothing and is decided anew next time.</summary>
    private async Task<IResult> FinishAsync(
        HttpContext http, SentAnswer answer, AskedRequest asked, StoredUse opened, AnswerKeepingAttribute? keeping)
    {
        if (!answer.IsSuccess) return answer;
        if (opened.Use.Done is not null) return answer.AsHit();
        var done = new DoneRequest(
            asked.Hash, Guid.NewGuid().ToString("n"), asked.Caller.Scopes, keeping is SecretAnswerAttribute,
            keeping is null ? answer.ToKeep() : null);
        // What was done is kept also when the caller no longer waits for the answer.
        var kept = await answers.KeepAsync(
            opened, done, asked.Caller.Application?.Environment, AnswerKeeping.ConcernedBy(http),
            CancellationToken.None);
        if (!kept.Try(out var use, out var error)) return Problem.From(error);
        if (use.Done?.By == done.By) return answer;
        if (!use.Meet(asked.Hash, asked.Caller.Scopes).Try(out var first, out error)) return Problem.From(error);
        return first is null ? answer.AsHit() : SentAnswer.Again(first);
    }

    /// <summary>What a request asks.</summary>
    /// <param name="Key">Names the caller's Idempotency-Key.</param>
    /// <param name="Hash">Of everything that must be the same in a repeat.</param>
    /// <param name="Caller">Who asks.</param>
    private sealed record AskedRequest(string Key, string Hash, Caller Caller);
}
