using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>The activities that begin and end an import, of whatever kind.</summary>
public sealed class ImportEndsActivities(
    ImportsTable imports, ImportTurns turns, FinishStage finish, WorkBlobs work, TimeProvider clock)
{
    private const string Fault = "A fault on our side stopped it. Start it again: it goes on where it was.";

    /// <summary>Asks for the turn, and with it marks the import as running.</summary>
    [Function(nameof(TakeTurn))]
    public async Task<TurnAnswer> TakeTurn(
        [ActivityTrigger] ImportOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var import = await imports.GetAsync(order.Environment, order.ImportId, cancel);
        if (import.HasEnded) return TurnAnswer.Over;
        var mine = await turns.TakeAsync(
            order.Environment, import.Kind, order.ImportId, id => HasEndedAsync(order with { ImportId = id }, client, cancel),
            cancel);
        if (!mine) return TurnAnswer.Wait;
        var running = await imports.ChangeAsync(order.Environment, order.ImportId, i => i.HasEnded
            ? i
            : i with { State = ImportState.Running, StartedAt = i.StartedAt ?? clock.GetUtcNow() }, cancel);
        return running.IsOk ? TurnAnswer.Yours : throw new InvalidOperationException("The import could not be marked.");
    }

    /// <summary>Merges what was rejected and ends the import, with its event.</summary>
    [Function(nameof(EndImport))]
    public async Task EndImport([ActivityTrigger] ImportEnding ending, CancellationToken cancel)
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
                State = ImportState.Failed, Reason = reason, Counts = counts,
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
            State = ImportState.Completed, Counts = counts, Reason = null,
        }, cancel);
    }

    /// <summary>Removes what was temporary, gives the turn up and wakes the next import.</summary>
    [Function(nameof(PassTurn))]
    public async Task PassTurn(
        [ActivityTrigger] ImportOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var import = await imports.GetAsync(order.Environment, order.ImportId, cancel);
        await work.RemoveAsync(order.ImportId, cancel);
        var next = await turns.PassAsync(order.Environment, import.Kind, order.ImportId, cancel);
        if (next is not null && await client.GetInstanceAsync(next, cancel) is { IsCompleted: false })
            await client.RaiseEventAsync(next, ImportCustomers.TurnEvent, order.ImportId, cancel);
    }

    private async Task<bool> HasEndedAsync(ImportOrder other, DurableTaskClient client, CancellationToken cancel) =>
        await imports.FindAsync(other.Environment, other.ImportId, cancel) is not { Record.HasEnded: false }
        || await client.GetInstanceAsync(other.ImportId, cancel) is null or { IsCompleted: true };
}
