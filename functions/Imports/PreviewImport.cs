using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Tells what the first rows of a file would do: make, change which fields, nothing, or why not. Writes
/// nothing.</summary>
public sealed class PreviewImport(ArrivedFiles arrived, ImportPreview preview)
{
    [Function(nameof(PreviewImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "imports/{importId}/preview")] HttpRequest http,
        string importId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var request, out var error)) return Problem.From(error);
        if (!(await arrived.FindAsync(caller.Environment, importId, cancel)).Try(out var import, out error))
            return Problem.From(error);
        if (import.Shape is null) return Problem.From(ImportsErrors.NoFile);
        if (import.SweptAt is not null) return Problem.From(ImportsErrors.FilesRemoved);
        var made = await preview.MakeAsync(import, request.Options, request.Rows, cancel);
        return made.Or(Answer.Ok);
    }

    private static Result<(ImportOptions Options, int Rows)> Read(QueryFields query)
    {
        var rows = query.Integer("rows", 1, ImportPreview.RowsMax) ?? ImportPreview.RowsDefault;
        var existing = query.Choice("onExisting", "update", "skip");
        var match = ImportMatch.Email;
        if (query.Text("matchBy") is { } word && !ImportOptions.TryMatch(word, out match))
            query.Refuse("matchBy", "It must be one of: email, phone, integrationId.");
        return query.Finish(() => (new ImportOptions(
            existing == "skip" ? ImportExisting.Skip : ImportExisting.Update, match), rows));
    }
}
