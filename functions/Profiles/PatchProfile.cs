using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Attributes;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Changes some fields of a customer by a JSON merge patch.</summary>
public sealed class PatchProfile(ProfileWriter writer, AttributeCatalog attributes, TimeProvider clock)
{
    [Function(nameof(PatchProfile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "profiles/{id}")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(id) is not null) return Problem.From(ProfileErrors.NotFound);
        if (!IsPatch(http.ContentType)) return Problem.From(ProfileErrors.NotAPatch);
        if (!(await http.ReadJsonAsync(cancel)).Then(ProfilePatch.Read).Try(out var patch, out var error))
            return Problem.From(error);
        if (patch.IsForStaff && !caller.Scopes.Cover(Scope.Staff))
            return Problem.From(AccessErrors.Denied(Scope.Staff));
        if (!http.ReadChange(caller.App.Name, patch.Json).Try(out var change, out error)) return Problem.From(error);

        var today = ProfileReading.TodayOf(caller, clock);
        var schema = await ProfileReading.SchemaAsync(attributes, caller, patch.HasAttributes, cancel);
        var write = new ProfileWrite(caller.Environment, id, change, http.IfMatch(), current => current is null
            ? ProfileErrors.NotFound
            : patch.Apply(current.Profile, caller.App.Region, today).Then(p => schema.Admitted(p, current.Profile)))
        {
            By = caller.Name,
        };
        var saved = await writer.WriteAsync(write, cancel);
        return saved.Or(s => ProfileAnswers.Of(caller, s));
    }

    private static bool IsPatch(string? contentType) =>
        contentType?.Split(';')[0].Trim().ToLowerInvariant() is null or "" or "application/json"
            or "application/merge-patch+json";
}
