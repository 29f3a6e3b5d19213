using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Tells of one card.</summary>
public sealed class GetCard(CardDesk desk)
{
    [Function(nameof(GetCard))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/cards/{code}")] HttpRequest http,
        string program,
        string code,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await desk.FindAsync(caller, program, code, cancel)).Try(out var stored, out var error))
            return Problem.From(error);
        return Answer.Ok(await desk.TellAsync(stored, null, cancel)).WithETag(stored.Tag);
    }
}
