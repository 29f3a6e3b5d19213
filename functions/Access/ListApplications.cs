using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>Lists the applications that the caller may administer: those of its environment.</summary>
public sealed class ListApplications(AccessTable table)
{
    [Function(nameof(ListApplications))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "applications")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Admin, out var caller, out var refusal)) return refusal;
        var applications = await table.ListAsync(caller.Application?.Environment, cancel);
        return Answer.Ok(new Page<Application>(applications, Next: null));
    }
}
