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

/// <summary>Erases a customer: personal data goes from everywhere, amounts, points and dates stay under a pseudonym.
/// </summary>
public sealed class EraseProfile(ProfileDirectory directory, ProfileMerging merging, IEnumerable<IForgets> areas)
{
    [Function(nameof(EraseProfile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "profiles/{id}")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(id) is not null) return Problem.From(ProfileErrors.NotFound);
        if (await directory.FindAsync(caller.Environment, id, cancel) is { Absorbing: { } underway } into
            && await merging.RunAsync(new MergeTicket(caller.Environment, underway, into.Key), cancel)
                is { } unfinished)
            return Problem.From(unfinished);
        if (await directory.FindErasableAsync(caller.Environment, id, cancel) is not { } keys)
            return Problem.From(ProfileErrors.NotFound);
        if (http.IfMatch() is { } expected
            && await directory.FindAsync(caller.Environment, keys[0], cancel) is { } stored && stored.ETag != expected)
            return Problem.From(ProfileErrors.Stale);
        foreach (var area in areas)
            foreach (var key in keys) await area.ForgetAsync(caller.Environment, key, cancel);
        return await directory.EraseAsync(caller.Environment, keys[0], cancel) is { } error
            ? Problem.From(error)
            : Answer.NoContent;
    }
}
