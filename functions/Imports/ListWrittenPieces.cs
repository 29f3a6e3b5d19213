using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: which pieces of an import have written something.</summary>
public sealed class ListWrittenPieces(ImportsTable imports, WrittenRows written)
{
    [Function(nameof(ListWrittenPieces))]
    public async Task<int[]> Run([ActivityTrigger] ImportOrder order, CancellationToken cancel) =>
        [.. await written.PiecesAsync(await imports.GetAsync(order.Environment, order.ImportId, cancel), cancel)];
}
