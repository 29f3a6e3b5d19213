using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Activity: cuts the owners of a program into parts.</summary>
public sealed class CutAudit(WalletScan wallets, TimeProvider clock)
{
    [Function(nameof(CutAudit))]
    public async Task<IReadOnlyList<AuditPart>> Run([ActivityTrigger] AuditRef audit, CancellationToken cancel) =>
        AuditParts.Cut(
            audit, await wallets.FirstOwnerAsync(audit.Environment, audit.Program, cancel), clock.GetUtcNow());
}
