using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Lists the programs of the caller's environment.</summary>
public sealed class ListPrograms(ProgramCatalog programs)
{
    [Function(nameof(ListPrograms))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var found = await programs.ListAsync(caller.Environment, cancel);
        return Answer.Ok(new Page<ProgramDocument>([.. found.Select(ProgramDocument.Of)], Next: null));
    }
}
