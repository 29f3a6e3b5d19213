using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Attributes;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Creates a customer, or replaces what is known of one.</summary>
public sealed class PutProfile(ProfileWriter writer, AttributeCatalog attributes, TimeProvider clock)
{
    [Function(nameof(PutProfile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "profiles/{id}")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(id) is { } fault) return Problem.From(Error.Invalid("integrationId", fault));
        var body = await http.ReadJsonAsync(cancel);
        if (!body.Then(JsonFields.Of).Try(out var fields, out var error)) return Problem.From(error);
        var today = ProfileReading.TodayOf(caller, clock);
        var read = ProfileRequest.Read(fields, caller.App.Region, today);
        if (!read.Try(out var wanted, out error)) return Problem.From(error);
        var staff = caller.Scopes.Cover(Scope.Staff);
        if (!staff && wanted.DietaryNotes is not null) return Problem.From(AccessErrors.Denied(Scope.Staff));
        if (!http.ReadChange(caller.App.Name, body.Value).Try(out var change, out error)) return Problem.From(error);

        var schema = await ProfileReading.SchemaAsync(attributes, caller, wanted.Attributes.Count > 0, cancel);
        var write = new ProfileWrite(caller.Environment, id, change, http.IfMatch(), current =>
            Decide(wanted, current?.Profile, staff, schema))
        {
            By = caller.Name,
        };
        var saved = await writer.WriteAsync(write, cancel);
        return saved.Or(s => ProfileAnswers.Of(caller, s));
    }

    /// <summary>What is not the caller's to write, or not part of the body, stays.</summary>
    private static Result<Profile> Decide(Profile wanted, Profile? stored, bool staff, AttributeSchema schema) =>
        schema.Admitted(
            wanted with
            {
                DietaryNotes = staff ? wanted.DietaryNotes : stored?.DietaryNotes,
                Addresses = stored?.Addresses ?? [],
            },
            stored);
}
