using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Loyalty;

/// <summary>Writes down activations and expiries that are due, and publishes their events. Balances are right without
/// it: running late, twice or on two machines changes nothing.</summary>
public sealed partial class SettlePoints(
    DueIndex due, PointsLedger ledger, TimeProvider clock, ILogger<SettlePoints> logger)
{
    [Function(nameof(SettlePoints))]
    public async Task Run([TimerTrigger("%SettlePointsSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        var settled = 0;
        var faults = new List<Exception>();
        await foreach (var item in due.ReadAsync(WalletWriter.DueKind, clock.GetUtcNow(), cancel))
        {
            try
            {
                if (await ledger.SettleAsync(item, cancel)) await due.RemoveAsync(item, cancel);
                settled++;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One wallet's fault must not hold back the others; its row stays for the next run.
                faults.Add(e);
            }
        }

        if (settled > 0) Log.Settled(logger, settled, timer.IsPastDue);
        if (faults.Count > 0) throw new AggregateException(faults);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Looked at {Wallets} due wallets (late: {IsPastDue}).")]
        public static partial void Settled(ILogger logger, int wallets, bool isPastDue);
    }
}
