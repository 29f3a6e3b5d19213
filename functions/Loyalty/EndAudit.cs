using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Loyalty;

/// <summary>Activity: writes down what an audit has found; what is wrong is an alert, never a silent fix.</summary>
public sealed partial class EndAudit(AuditsTable audits, ILogger<EndAudit> logger)
{
    [Function(nameof(EndAudit))]
    public async Task Run([ActivityTrigger] AuditEnding ending, CancellationToken cancel)
    {
        await audits.EndAsync(ending, cancel);
        var (audit, counts) = (ending.Position.Audit, ending.Position.Counts);
        Log.Ended(
            logger, counts.WrongCount > 0 ? LogLevel.Error : LogLevel.Information, audit.AuditId, audit.Program,
            counts.Wallets, counts.Entries, counts.WrongCount);
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 1,
            Message = "The audit {AuditId} of {Program} read {Wallets} wallets, {Entries} entries: {Wrong} wrong.")]
        public static partial void Ended(
            ILogger logger, LogLevel level, string auditId, string program, long wallets, long entries, long wrong);
    }
}
