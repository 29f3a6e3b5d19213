using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Stages;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: merges what was rejected and ends the import, with its event; not while it is paused, nor
/// as completed when a caller wants it stopped.</summary>
public sealed class EndImport(ImportsTable imports, FinishStage finish)
{
    private const string Fault = "A fault on our side stopped it. Start it again: it goes on where it was.";

    private static readonly PieceResult Done = new(ImportCounts.None);

    [Function(nameof(EndImport))]
    public async Task<PieceResult> Run([ActivityTrigger] ImportEnding ending, CancellationToken cancel)
    {
        var (order, counts) = (ending.Order, ending.Counts);
        var import = await imports.GetAsync(order.Environment, order.ImportId, cancel);
        if (import.HasEnded) return Done;
        if (ending.Fault is not null)
        {
            var reason = ending.Fault.Contains(SourceChangedException.Text, StringComparison.Ordinal)
                ? SourceChangedException.Text
                : Fault;
            await imports.EndAsync(order.Environment, order.ImportId, i => i with
            {
                State = ImportState.Failed,
                Reason = reason,
                Counts = counts,
            }, cancel);
            return Done;
        }

        if (import.IsHeld && !ending.IsStopped) return PieceResult.Held;
        var piece = new ImportPiece(
            order.Environment, order.ImportId, 0, ending.Ranges, ending.Partitions, FileEncoding.Ascii);
        if (ending.IsStopped)
        {
            // What a piece has rejected may be in its blob though the piece was never counted.
            var told = await finish.RunAsync(import, piece, areAllThere: false, cancel);
            await imports.EndAsync(order.Environment, order.ImportId, i => i with
            {
                State = ImportState.Cancelled,
                Counts = counts with { Rejected = told },
            }, cancel);
            return Done;
        }

        var rejected = await finish.RunAsync(import, piece, areAllThere: true, cancel);
        if (rejected != counts.Rejected)
            throw new InvalidOperationException($"{counts.Rejected} rows were rejected, but {rejected} are told.");
        await imports.EndAsync(order.Environment, order.ImportId, i => i with
        {
            State = ImportState.Completed,
            Counts = counts,
            Reason = null,
        }, cancel);
        return Done;
    }
}
