using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Jobs;

/// <summary>Lists what goes on in the background, and what went on, in the caller's environment, newest
/// first.</summary>
public sealed class ListJobs(JobList jobs)
{
    /// <summary>A job.</summary>
    /// <param name="Link">Its own resource, which tells more.</param>
    public sealed record Item(
        string Id, string Kind, string What, string State, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt,
        DateTimeOffset? FinishedAt, JobProgress Progress, string Link);

    [Function(nameof(ListJobs))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "jobs")] HttpRequest http,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var query, out var error)) return Problem.From(error);
        var page = await jobs.ReadAsync(caller.Environment, query, StatusAsync, cancel);
        // This list's own path with another end.
        var root = http.Path.ToUriComponent().TrimEnd('/')[..^"jobs".Length];
        return Answer.Ok(new Page<Item>(
            [.. page.Items.Select(j => new Item(
                j.Id, j.Kind, j.What, j.State, j.CreatedAt, j.StartedAt, j.FinishedAt, j.Progress, root + j.Path))],
            page.Next));

        async Task<string?> StatusAsync(string id)
        {
            var running = await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancel);
            // An unset custom status reads "null".
            return running?.SerializedCustomStatus is "null" ? null : running?.SerializedCustomStatus;
        }
    }

    private Result<JobQuery> Read(QueryFields query)
    {
        var (kind, state) = (query.Choice("kind", jobs.Kinds), query.Choice("state", jobs.States));
        var (limit, cursor) = (query.Limit(), query.Cursor());
        return query.Finish(() => new JobQuery(kind, state, cursor, limit));
    }
}
