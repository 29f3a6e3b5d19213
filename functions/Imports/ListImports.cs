using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Lists the imports of the caller's environment, in no particular order.</summary>
public sealed class ListImports(ImportsTable imports, TimeProvider clock)
{
    [Function(nameof(ListImports))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "imports")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var query = new QueryFields(http.Query);
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (!query.Finish(() => limit).Try(out _, out var error)) return Problem.From(error);
        var page = await imports.ListAsync(caller.Environment, cursor, limit, cancel);
        return Answer.Ok(new Page<ImportAnswer>(
            [.. page.Items.Select(i => ImportAnswer.Of(i, null, clock.GetUtcNow()))], page.Next));
    }
}
