using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Codes;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Lifecycle;

/// <summary>A registered customer claims the history of a guest, by a code that is sent to the guest's email or phone:
/// without a code the request sends one; with it, it shows what would come of it, or merges the guest.</summary>
public sealed class ClaimProfile(
    ProfileMerges merges, ProfileMerging merging, MergeForesight foresight, OneTimeCodes codes)
{
    /// <summary>What the caller wants.</summary>
    public sealed record Request(string Guest, string? Code, bool Preview);

    /// <summary>A code is on its way.</summary>
    public sealed record Sent(string State);

    /// <summary>What was done.</summary>
    /// <param name="ProfileId">Who has the guest's history now.</param>
    /// <param name="Merged">The guest, whose id leads there.</param>
    public sealed record Response(string ProfileId, string Merged);

    private sealed record Proof(CodePurpose Purpose, string Code, Change Change);

    [Function(nameof(ClaimProfile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "profiles/{id}/claims")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var request, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        var found = await merges.FindClaimAsync(caller.Environment, id, request.Guest, cancel);
        if (!found.Try(out var pair, out error)) return Problem.From(error);
        http.Concerns(pair.From.Key, pair.Into.Key);
        if (pair.IsDone)
            return await merging.ResumeAsync(caller.Environment, pair.Into, caller.Name, cancel) is { } underway
                ? Problem.From(underway)
                : Answer.Ok(new Response(pair.Into.IntegrationId, request.Guest));
        var purpose = CodePurpose.Claim(pair.Into.Key);
        if (request.Code is null)
            return await codes.SendAsync(caller.Environment, caller.App, pair.From.Key, purpose, change, cancel)
                is { } unsent
                ? Problem.From(unsent)
                : Answer.Accepted(new Sent("queued"));

        var proof = new Proof(purpose, request.Code, change);
        if (await CheckAsync(caller, pair, proof, onlyLook: true, cancel) is { } unproven)
            return Problem.From(unproven);
        if (request.Preview)
            return Answer.Ok(await foresight.OfAsync(
                caller.Environment, pair, caller.Scopes.Cover(Scope.Staff), cancel));
        // A code is used up by what can be done only.
        var reasons = await merging.ReasonsAgainstAsync(caller.Environment, pair, cancel);
        if (reasons.Count > 0) return Problem.From(ProfileErrors.MergeBlocked(reasons));
        return await CheckAsync(caller, pair, proof, onlyLook: false, cancel) is { } used
            ? Problem.From(used)
            : await MergeAsync(caller, pair, cancel);
    }

    private async Task<Error?> CheckAsync(
        Caller caller, MergePair pair, Proof proof, bool onlyLook, CancellationToken cancel) =>
        (await codes.CheckAsync(
            caller.Environment, pair.From.Key, proof.Purpose, proof.Code, onlyLook, proof.Change, cancel)).Error;

    private async Task<IResult> MergeAsync(Caller caller, MergePair pair, CancellationToken cancel)
    {
        var ticket = new MergeTicket(caller.Environment, pair.From.Key, pair.Into.Key);
        return await merging.RunAsync(ticket, caller.Name, cancel) is { } unfinished
            ? Problem.From(unfinished)
            : Answer.Ok(new Response(pair.Into.IntegrationId, pair.From.IntegrationId));
    }

    private static Result<Request> Read(JsonFields body)
    {
        var guest = body.Text("guest", IntegrationId.LengthMax, required: true, IntegrationId.Fault);
        var code = body.Text("code", 6, fault: c =>
            c.Length == 6 && c.All(char.IsAsciiDigit) ? null : "It must be six digits.");
        var preview = body.Flag("preview") ?? false;
        return body.Finish(() => new Request(guest!, code, preview));
    }
}
