using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Finishes transfers that a crash left half done. Reads only what is marked; late or twice changes nothing.
/// </summary>
public sealed class SweepTransfers(DueIndex due, PointsTransfers transfers, TimeProvider clock)
{
    [Function(nameof(SweepTransfers))]
    public Task Run([TimerTrigger("%SweepTransfersSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(WalletWriter.TransferKind, clock.GetUtcNow(), transfers.SweepAsync, cancel);
}
