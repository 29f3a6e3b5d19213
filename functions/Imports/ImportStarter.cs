using CustomerFunctions.Imports.Domain;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Starts the orchestration of an import whose row says that it is queued.</summary>
public static class ImportStarter
{
    /// <summary>Starts it unless it is at work already: a repeat changes nothing.</summary>
    public static async Task StartAsync(DurableTaskClient client, ImportRecord import, CancellationToken cancel)
    {
        if (await client.GetInstanceAsync(import.ImportId, cancel) is { IsCompleted: false }) return;
        var order = new ImportOrder(import.Environment, import.ImportId);
        await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(ImportCustomers), new ImportPosition(order, ImportStage.Turn, 0),
            new StartOrchestrationOptions(import.ImportId), cancel);
    }
}
