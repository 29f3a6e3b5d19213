using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Shows one program.</summary>
public sealed class GetProgram(ProgramCatalog programs)
{
    [Function(nameof(GetProgram))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}")] HttpRequest http,
        string program,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        return await programs.FindAsync(caller.Environment, program, cancel) is { } found
            ? Answer.Ok(ProgramDocument.Of(found))
            : Problem.From(Error.NotFound("program"));
    }
}
