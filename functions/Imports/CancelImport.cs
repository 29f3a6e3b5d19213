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

/// <summary>Ends an import as it is: what was written stays, counts and rejected rows tell of it, and it can be
/// reverted. One that is at work ends once what its activities have begun is done. Safe to repeat.</summary>
public sealed class CancelImport(ImportsTable imports, ImportAnswers answers)
{
    [Function(nameof(CancelImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "imports/{importId}/cancel")] HttpRequest http,
        string importId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadNothingAsync(cancel)).Try(out _, out var error)) return Problem.From(error);
        var stopping = await imports.ChangeAsync(caller.Environment, importId, Stop, cancel);
        if (!stopping.Try(out var import, out error)) return Problem.From(error);
        if (import.HasEnded) return await answers.OfAsync(import, cancel);
        if (await ImportStarter.IsAtWorkAsync(client, importId, cancel))
        {
            await ImportStarter.WakeAsync(client, import, cancel);
            return await answers.OfAsync(import, cancel);
        }

        await imports.EndAsync(
            caller.Environment, importId, i => i with { State = ImportState.Cancelled }, cancel);
        return await answers.OfAsync(await imports.GetAsync(caller.Environment, importId, cancel), cancel);
    }

    private static Result<ImportRecord> Stop(ImportRecord import) => import.State switch
    {
        ImportState.Cancelled => import,
        ImportState.Completed or ImportState.Failed => ImportsErrors.NotRunning(import.State),
        _ => import with { IsStopping = true },
    };
}
