using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Stages;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: reads, checks and spools one range. Run twice, it writes the same.</summary>
public sealed class ReadImportRange(ImportsTable imports, ReadStage read)
{
    [Function(nameof(ReadImportRange))]
    public async Task<PieceResult> Run([ActivityTrigger] ImportPiece piece, CancellationToken cancel)
    {
        var import = await imports.GetAsync(piece.Environment, piece.ImportId, cancel);
        return import.IsHeld ? PieceResult.Held : new PieceResult(await read.RunAsync(import, piece, cancel));
    }
}
