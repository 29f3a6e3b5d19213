using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Lifecycle;

/// <summary>Merges one customer into another, or shows what would come of it. The same request again changes nothing.
/// </summary>
public sealed class MergeProfile(
    ProfileMerges merges, ProfileMerging merging, MergeForesight foresight, ProfileDirectory directory)
{
    /// <summary>What the caller wants.</summary>
    public sealed record Request(string Into, bool Preview);

    /// <summary>What was done.</summary>
    /// <param name="ProfileId">Who stays.</param>
    /// <param name="Merged">The id that leads there now.</param>
    /// <param name="Profile">Who stays, as it is now.</param>
    public sealed record Response(string ProfileId, string Merged, ProfileAnswer Profile);

    [Function(nameof(MergeProfile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "profiles/{id}/merge")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var body = await http.ReadFieldsAsync(cancel);
        if (!body.Then(Read).Try(out var request, out var error)) return Problem.From(error);
        var found = await merges.FindAsync(caller.Environment, id, request.Into, cancel);
        if (!found.Try(out var pair, out error)) return Problem.From(error);
        http.Concerns(pair.From.Key, pair.Into.Key);
        if (!pair.IsDone && http.IfMatch() is { } expected && expected != pair.From.ETag)
            return Problem.From(ProfileErrors.Stale);
        if (request.Preview) return Answer.Ok(await foresight.OfAsync(caller.Environment, pair, staff: true, cancel));
        return await MergeAsync(caller, pair, cancel) is { } unfinished
            ? Problem.From(unfinished)
            : await AnswerAsync(caller.Environment, id, pair, cancel);
    }

    private async Task<Error?> MergeAsync(Caller caller, MergePair pair, CancellationToken cancel)
    {
        var environment = caller.Environment;
        if (pair.IsDone) return await merging.ResumeAsync(environment, pair.Into, caller.Name, cancel);
        var reasons = await merging.ReasonsAgainstAsync(environment, pair, cancel);
        return reasons.Count > 0
            ? ProfileErrors.MergeBlocked(reasons)
            : await merging.RunAsync(new MergeTicket(environment, pair.From.Key, pair.Into.Key), caller.Name, cancel);
    }

    private async Task<IResult> AnswerAsync(
        AppEnvironment environment, string id, MergePair pair, CancellationToken cancel)
    {
        if (await directory.FindAsync(environment, pair.Into.Key, cancel) is not { } stored)
            return Problem.From(ProfileErrors.NotFound);
        var answer = new Response(stored.IntegrationId, id, ProfileAnswer.Of(environment, stored, staff: true));
        return Answer.Ok(answer).WithETag(stored.ETag);
    }

    private static Result<Request> Read(JsonFields body)
    {
        var into = body.Text("into", IntegrationId.LengthMax, required: true, IntegrationId.Fault);
        var preview = body.Flag("preview") ?? false;
        return body.Finish(() => new Request(into!, preview));
    }
}
