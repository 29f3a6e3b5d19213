using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty;

/// <summary>What this area does when a customer is erased: the free text beside the entries goes, amounts and dates
/// stay under the opaque key, and the chain still verifies.</summary>
public sealed class ForgetPoints(PointsLedger ledger) : IForgets
{
    /// <inheritdoc/>
    public Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel) =>
        ledger.EraseTextsAsync(environment, key, cancel);
}
