using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Undoes an import that has ended: what its rows made is removed, what they changed is as before, unless
/// somebody has used or changed it since. Safe to repeat; one that failed goes on.</summary>
public sealed class RevertImport(ImportsTable imports, ImportAnswers answers, TimeProvider clock)
{
    [Function(nameof(RevertImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "imports/{importId}/revert")] HttpRequest http,
        string importId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadNothingAsync(cancel)).Try(out _, out var error)) return Problem.From(error);
        var isAtWork = await ImportStarter.IsAtWorkAsync(client, InstanceOf(importId), cancel);
        var reverting = await imports.ChangeAsync(
            caller.Environment, importId, i => Revert(i, clock.GetUtcNow()), cancel);
        if (!reverting.Try(out var import, out error)) return Problem.From(error);
        if (import.Revert!.State == RevertState.Running && !isAtWork) await StartAsync(client, import, cancel);
        return await answers.OfAsync(import, cancel);
    }

    private static string InstanceOf(string importId) => $"revert-{importId}";

    private static Result<ImportRecord> Revert(ImportRecord import, DateTimeOffset now)
    {
        if (!import.HasEnded || import.Options is null or { DryRun: true }) return ImportsErrors.NotEnded;
        if (import.Revert?.State is RevertState.Running or RevertState.Completed) return import;
        if (import.State == ImportState.Failed) return ImportsErrors.RevertNeedsEnd;
        if (import.SweptAt is not null) return ImportsErrors.FilesRemoved;
        return import with { Revert = new ImportRevert(RevertState.Running, import.Revert?.StartedAt ?? now) };
    }

    private static async Task StartAsync(DurableTaskClient client, ImportRecord import, CancellationToken cancel)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(UndoImport), new RevertPosition(new ImportOrder(import.Environment, import.ImportId), null, 0),
                new StartOrchestrationOptions(InstanceOf(import.ImportId)), cancel);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The same call came twice at once, and the other was faster: just as good.
        }
    }
}
