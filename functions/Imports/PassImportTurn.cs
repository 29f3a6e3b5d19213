using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Activity: removes what was temporary, gives the turn up and wakes the next import.</summary>
public sealed class PassImportTurn(ImportsTable imports, ImportTurns turns, WorkBlobs work)
{
    [Function(nameof(PassImportTurn))]
    public async Task Run(
        [ActivityTrigger] ImportOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var import = await imports.GetAsync(order.Environment, order.ImportId, cancel);
        await work.RemoveAsync(order.ImportId, cancel);
        var next = await turns.PassAsync(order.Environment, import.Kind, order.ImportId, cancel);
        if (next is not null && await client.GetInstanceAsync(next, cancel) is { IsCompleted: false })
            await client.RaiseEventAsync(next, RunImport.TurnEvent, order.ImportId, cancel);
    }
}
