using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: notes how the undoing of an import ended.</summary>
public sealed class EndRevert(ImportsTable imports, TimeProvider clock)
{
    [Function(nameof(EndRevert))]
    public async Task Run([ActivityTrigger] RevertEnding ending, CancellationToken cancel)
    {
        var order = ending.Order;
        var ended = await imports.ChangeAsync(
            order.Environment, order.ImportId,
            i => i.Revert is not { State: RevertState.Running } revert ? i : i with
            {
                Revert = revert with
                {
                    State = ending.HasFailed ? RevertState.Failed : RevertState.Completed,
                    Counts = ending.Counts,
                    FinishedAt = clock.GetUtcNow(),
                },
            },
            cancel);
        if (!ended.IsOk) throw new InvalidOperationException("The end of the revert could not be noted.");
    }
}
