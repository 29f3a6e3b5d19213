using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Takes a tag from a customer; one that is not there stays away.</summary>
public sealed class RemoveTag(ProfileWriter writer)
{
    [Function(nameof(RemoveTag))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "profiles/{id}/tags/{tag}")] HttpRequest http,
        string id,
        string tag,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(id) is not null) return Problem.From(ProfileErrors.NotFound);
        if (TagRules.RouteFault(tag) is { } fault) return Problem.From(Error.Invalid("tag", fault));
        if (!http.ReadChange(caller.App.Name, ProfileReading.Nothing).Try(out var change, out var error))
            return Problem.From(error);

        var write = ProfileWrite.OfExisting(
            caller.Environment, id, change, http.IfMatch(), caller.Name, current => TagRules.Remove(current, tag));
        var saved = await writer.WriteAsync(write, cancel);
        return saved.Or(s => ProfileAnswers.Of(caller, s.Profile).AsHit(s.Hit));
    }
}
