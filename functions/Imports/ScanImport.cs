using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Stages;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: one pass over the file that cuts it into ranges. Run twice, it cuts alike.</summary>
public sealed class ScanImport(ImportsTable imports, ScanStage scan)
{
    [Function(nameof(ScanImport))]
    public async Task<ScanResult> Run([ActivityTrigger] ImportOrder order, CancellationToken cancel) =>
        await scan.RunAsync(await imports.GetAsync(order.Environment, order.ImportId, cancel), cancel);
}
