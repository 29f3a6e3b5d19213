using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Lifecycle;

/// <summary>What a customer's orders and points add up to.</summary>
public sealed class GetProfileOverview(ProfileDirectory profiles, PointsOverview points, TimeProvider clock)
{
    [Function(nameof(GetProfileOverview))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/overview")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var read = await profiles.ReadAsync(caller.Environment, id, cancel);
        if (!read.Try(out var stored, out var error)) return Problem.From(error);
        var loyalty = await points.OfAsync(caller.Environment, caller.App.Name, stored.Key, cancel);
        return Answer.Ok(ProfileOverview.Of(stored.Figures, loyalty, clock.GetUtcNow()));
    }
}
