using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: merges what was rejected and ends the import, with its event.</summary>
public sealed class EndImport(ImportsTable imports, FinishStage finish)
{
    private const string Fault = "A fault on our side stopped it. Start it again: it goes on where it was.";

    [Function(nameof(EndImport))]
    public async Task Run([ActivityTrigger] ImportEnding ending, CancellationToken cancel)
    {
        var (order, counts) = (ending.Order, ending.Counts);
        var import = await imports.GetAsync(order.Environment, order.ImportId, cancel);
        if (import.HasEnded) return;
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
            return;
        }

        var piece = new ImportPiece(
            order.Environment, order.ImportId, 0, ending.Ranges, ending.Partitions, FileEncoding.Ascii);
        var rejected = await finish.RunAsync(import, piece, cancel);
        if (rejected != counts.Rejected)
            throw new InvalidOperationException($"{counts.Rejected} rows were rejected, but {rejected} are told.");
        await imports.EndAsync(order.Environment, order.ImportId, i => i with
        {
            State = ImportState.Completed,
            Counts = counts,
            Reason = null,
        }, cancel);
    }
}
