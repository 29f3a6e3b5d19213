using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Finishes transfers that a crash left half done. Reads only what is marked; late or twice changes nothing.
/// </summary>
public sealed class SweepTransfers(DueIndex due, PointsTransfers transfers, TimeProvider clock)
{
    [Function(nameof(SweepTransfers))]
    public async Task Run([TimerTrigger("%SweepTransfersSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        var faults = new List<Exception>();
        await foreach (var item in due.ReadAsync(WalletWriter.TransferKind, clock.GetUtcNow(), cancel))
        {
            try
            {
                if (await transfers.SweepAsync(item, cancel)) await due.RemoveAsync(item, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One wallet's fault must not hold back the others; its mark stays for the next run.
                faults.Add(e);
            }
        }

        if (faults.Count > 0) throw new AggregateException(faults);
    }
}
