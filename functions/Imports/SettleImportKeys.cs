using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Stages;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: settles the other keys of one partition. Run twice, it writes the same.</summary>
public sealed class SettleImportKeys(ImportsTable imports, ClaimStage claim)
{
    [Function(nameof(SettleImportKeys))]
    public async Task<PieceResult> Run([ActivityTrigger] ImportPiece piece, CancellationToken cancel)
    {
        if ((await imports.GetAsync(piece.Environment, piece.ImportId, cancel)).IsHeld) return PieceResult.Held;
        await claim.SettleAsync(piece, cancel);
        return new PieceResult(ImportCounts.None);
    }
}
