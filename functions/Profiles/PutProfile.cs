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

/// <summary>Creates a customer, or replaces what is known of one.</summary>
public sealed class PutProfile(ProfileWriter writer)
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
        if (!ProfileRequest.Read(fields, caller.App.Region).Try(out var wanted, out error)) return Problem.From(error);
        var staff = caller.Scopes.Cover(Scope.Staff);
        if (!staff && wanted.DietaryNotes is not null) return Problem.From(AccessErrors.Denied(Scope.Staff));
        if (!http.ReadChange(caller.App.Name, body.Value).Try(out var change, out error)) return Problem.From(error);

        var write = new ProfileWrite(caller.Environment, id, change, http.IfMatch(), current =>
            staff ? wanted : wanted with { DietaryNotes = current?.Profile.DietaryNotes });
        var saved = await writer.WriteAsync(write, cancel);
        return saved.Or(s => ProfileAnswers.Of(caller, s));
    }
}
