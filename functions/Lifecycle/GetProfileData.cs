using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Lifecycle;

/// <summary>Everything known about one customer, as one JSON document with a member for each part that has something.
/// Long parts are written as they are read, so memory does not grow with the customer's history; a fault on the way
/// breaks the answer off, so that it is no JSON.</summary>
public sealed class GetProfileData(ProfileDirectory profiles, IEnumerable<IDescribes> areas, TimeProvider clock)
{
    [Function(nameof(GetProfileData))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/data")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var read = await profiles.ReadAsync(caller.Environment, id, cancel);
        if (!read.Try(out var stored, out var error)) return Problem.From(error);
        var parts = new Dictionary<string, object?>(StringComparer.Ordinal) { ["asOf"] = clock.GetUtcNow() };
        foreach (var area in areas)
            if (await area.DescribeAsync(caller.Environment, stored.Keys, cancel) is { } part)
                parts.Add(area.Section, part);
        return Answer.Ok(parts);
    }
}
