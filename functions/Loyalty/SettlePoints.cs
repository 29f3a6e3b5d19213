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
        var settled = await due.WorkAsync(WalletWriter.DueKind, clock.GetUtcNow(), ledger.SettleAsync, cancel);
        if (settled > 0) Log.Settled(logger, settled, timer.IsPastDue);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Looked at {Wallets} due wallets (late: {IsPastDue}).")]
        public static partial void Settled(ILogger logger, int wallets, bool isPastDue);
    }
}
