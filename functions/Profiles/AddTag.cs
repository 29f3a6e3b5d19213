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

/// <summary>Gives a customer a tag; one that is there already stays.</summary>
public sealed class AddTag(ProfileWriter writer)
{
    [Function(nameof(AddTag))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "profiles/{id}/tags/{tag}")] HttpRequest http,
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
            caller.Environment, id, change, http.IfMatch(), caller.Name, current => TagRules.Add(current, tag));
        var saved = await writer.WriteAsync(write, cancel);
        return saved.Or(s => ProfileAnswers.Of(caller, s.Profile).AsHit(s.Hit));
    }
}
