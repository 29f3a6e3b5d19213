using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Makes or replaces a program. Points that were granted before keep the start and expiry that they have.
/// </summary>
public sealed class PutProgram(ProgramCatalog programs)
{
    [Function(nameof(PutProgram))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "programs/{program}")] HttpRequest http,
        string program,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var body = await http.ReadFieldsAsync(cancel);
        var read = body.Then(b => ProgramDocument.Read(b, program, caller.App.TimeZone));
        if (!read.Try(out var wanted, out var error)) return Problem.From(error);
        var put = await programs.PutAsync(caller.Environment, wanted, cancel);
        var document = ProgramDocument.Of(wanted);
        return put.Or(isNew => isNew ? Answer.Created(document) : Answer.Ok(document));
    }
}
