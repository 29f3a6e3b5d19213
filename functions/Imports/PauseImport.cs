using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Holds an import back: what activities have begun is done, and nothing new begins. One that runs keeps its
/// turn. Safe to repeat.</summary>
public sealed class PauseImport(ImportsTable imports, ImportAnswers answers)
{
    [Function(nameof(PauseImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "imports/{importId}/pause")] HttpRequest http,
        string importId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadNothingAsync(cancel)).Try(out _, out var error)) return Problem.From(error);
        var paused = await imports.ChangeAsync(caller.Environment, importId, Pause, cancel);
        return await answers.OfAsync(paused, cancel);
    }

    private static Result<ImportRecord> Pause(ImportRecord import) => import switch
    {
        { IsStopping: true } or { HasEnded: true } => ImportsErrors.NotRunning(import.State),
        { State: ImportState.Queued or ImportState.Running } => import with { State = ImportState.Paused },
        { State: ImportState.Paused } => import,
        _ => ImportsErrors.NotRunning(import.State),
    };
}
