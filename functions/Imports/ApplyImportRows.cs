using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: writes the rows of one partition. Run twice, it writes the same.</summary>
public sealed class ApplyImportRows(ImportsTable imports, ApplyStage apply)
{
    [Function(nameof(ApplyImportRows))]
    public async Task<ImportCounts> Run([ActivityTrigger] ImportPiece piece, CancellationToken cancel)
    {
        var import = await imports.GetAsync(piece.Environment, piece.ImportId, cancel);
        return await apply.RunAsync(import, piece, cancel);
    }
}
