using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Tells where an import stands.</summary>
public sealed class GetImport(ArrivedFiles arrived, ImportAnswers answers)
{
    [Function(nameof(GetImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "imports/{importId}")] HttpRequest http,
        string importId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await arrived.FindAsync(caller.Environment, importId, cancel)).Try(out var import, out var error))
            return Problem.From(error);
        var progress = import.State is ImportState.Running or ImportState.Paused
            ? await ProgressAsync(client, importId, cancel)
            : null;
        return Answer.Ok(await answers.TellAsync(import, progress, cancel));
    }

    private static async Task<ImportProgress?> ProgressAsync(
        DurableTaskClient client, string importId, CancellationToken cancel)
    {
        var running = await client.GetInstanceAsync(importId, getInputsAndOutputs: true, cancel);
        // An unset custom status reads "null".
        return running?.SerializedCustomStatus is null or "null" ? null : running.ReadCustomStatusAs<ImportProgress>();
    }
}
