using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: settles the other keys of one partition. Run twice, it writes the same.</summary>
public sealed class SettleImportKeys(ClaimStage claim)
{
    [Function(nameof(SettleImportKeys))]
    public async Task<ImportCounts> Run([ActivityTrigger] ImportPiece piece, CancellationToken cancel)
    {
        await claim.SettleAsync(piece, cancel);
        return ImportCounts.None;
    }
}
