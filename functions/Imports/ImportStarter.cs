using CustomerFunctions.Imports.Domain;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Starts the orchestration of an import whose row says that it is queued.</summary>
public static class ImportStarter
{
    /// <summary>Starts it unless it is at work already: a repeat changes nothing.</summary>
    public static async Task StartAsync(DurableTaskClient client, ImportRecord import, CancellationToken cancel)
    {
        if (await IsAtWorkAsync(client, import.ImportId, cancel)) return;
        var order = new ImportOrder(import.Environment, import.ImportId);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(RunImport), new ImportPosition(order, ImportStage.Turn, 0),
                new StartOrchestrationOptions(import.ImportId), cancel);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The same start came twice at once, and the other was faster: just as good.
        }
    }

    /// <summary>Wakes an import that waits, or starts it when its orchestration is gone.</summary>
    public static async Task WakeAsync(DurableTaskClient client, ImportRecord import, CancellationToken cancel)
    {
        if (await IsAtWorkAsync(client, import.ImportId, cancel))
            await client.RaiseEventAsync(import.ImportId, RunImport.TurnEvent, import.ImportId, cancel);
        else await StartAsync(client, import, cancel);
    }

    /// <summary>True while an orchestration of the import has not come to its end.</summary>
    public static async Task<bool> IsAtWorkAsync(
        DurableTaskClient client, string importId, CancellationToken cancel) =>
        await client.GetInstanceAsync(importId, cancel) is { IsCompleted: false };
}
