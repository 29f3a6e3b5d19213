using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Gives the rows that were not taken, with line, column, code and reason, as CSV.</summary>
public sealed class GetRejectedRows(ImportsTable imports, ImportResults results)
{
    [Function(nameof(GetRejectedRows))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "imports/{importId}/rejected")] HttpRequest http,
        string importId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (await imports.FindAsync(caller.Environment, importId, cancel) is not { Record: { } import })
            return Problem.From(Error.NotFound("import"));
        if (import.SweptAt is not null) return Problem.From(ImportsErrors.FilesRemoved);
        if (import.State is not (ImportState.Completed or ImportState.Cancelled) || import.StartedAt is null)
            return Problem.From(ImportsErrors.NotFinished);
        var file = await results.OpenAsync(caller.Environment, importId, cancel);
        return Results.Stream(file, CsvText.ContentType, $"rejected-{importId}.csv");
    }
}
