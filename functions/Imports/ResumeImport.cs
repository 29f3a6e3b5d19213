using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Lets a paused import go on where it was. Safe to repeat.</summary>
public sealed class ResumeImport(ImportsTable imports, ImportAnswers answers)
{
    [Function(nameof(ResumeImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "imports/{importId}/resume")] HttpRequest http,
        string importId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadNothingAsync(cancel)).Try(out _, out var error)) return Problem.From(error);
        var resumed = await imports.ChangeAsync(caller.Environment, importId, Resume, cancel);
        if (resumed.IsOk) await ImportStarter.WakeAsync(client, resumed.Value, cancel);
        return await answers.OfAsync(resumed, cancel);
    }

    private static Result<ImportRecord> Resume(ImportRecord import) => import.State switch
    {
        ImportState.Paused => import with
        {
            State = import.StartedAt is null ? ImportState.Queued : ImportState.Running,
        },
        ImportState.Queued or ImportState.Running => import,
        _ => ImportsErrors.NotRunning(import.State),
    };
}
