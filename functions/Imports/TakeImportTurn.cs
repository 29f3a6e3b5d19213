using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Activity: asks for the turn, and with it marks the import as running. A paused
/// import keeps a turn that it has; one without waits outside the queue.</summary>
public sealed class TakeImportTurn(ImportsTable imports, ImportTurns turns, TimeProvider clock)
{
    [Function(nameof(TakeImportTurn))]
    public async Task<TurnAnswer> Run(
        [ActivityTrigger] ImportOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var import = await imports.GetAsync(order.Environment, order.ImportId, cancel);
        if (import.HasEnded) return TurnAnswer.Over;
        if (import.IsStopping) return TurnAnswer.Stop;
        if (import.State == ImportState.Paused) return TurnAnswer.Wait;
        var mine = await turns.TakeAsync(
            order.Environment, import.Kind, order.ImportId,
            id => HasEndedAsync(order with { ImportId = id }, client, cancel), cancel);
        if (!mine) return TurnAnswer.Wait;
        var running = await imports.ChangeAsync(order.Environment, order.ImportId, i => i.HasEnded || i.IsHeld
            ? i
            : i with { State = ImportState.Running, StartedAt = i.StartedAt ?? clock.GetUtcNow() }, cancel);
        if (!running.IsOk) throw new InvalidOperationException("The import could not be marked.");
        return running.Value.IsHeld ? TurnAnswer.Wait : TurnAnswer.Yours;
    }

    private async Task<bool> HasEndedAsync(ImportOrder other, DurableTaskClient client, CancellationToken cancel) =>
        await imports.FindAsync(other.Environment, other.ImportId, cancel) is not { Record.HasEnded: false }
        || await client.GetInstanceAsync(other.ImportId, cancel) is null or { IsCompleted: true };
}
