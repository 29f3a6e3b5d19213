using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Stages;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: settles the match keys of one partition. Run twice, it writes the same.</summary>
public sealed class ClaimImportKeys(ImportsTable imports, ClaimStage claim)
{
    [Function(nameof(ClaimImportKeys))]
    public async Task<PieceResult> Run([ActivityTrigger] ImportPiece piece, CancellationToken cancel)
    {
        var import = await imports.GetAsync(piece.Environment, piece.ImportId, cancel);
        return import.IsHeld ? PieceResult.Held : new PieceResult(await claim.ClaimAsync(import, piece, cancel));
    }
}
