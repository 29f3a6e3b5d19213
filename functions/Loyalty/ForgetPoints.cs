using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty;

/// <summary>What this area does when a customer is erased: the free text beside the entries goes, and beside transfers
/// to the customer in whosever wallet they began; amounts and dates stay under the opaque key, and the chains still
/// verify.</summary>
public sealed class ForgetPoints(PointsLedger ledger, ProgramCatalog programs, WalletTable wallets) : IForgets
{
    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        foreach (var program in await programs.ListAsync(environment, cancel))
            if (program.Kind == ProgramKind.Profile)
                await ForgetTransfersAsync(WalletId.Of(environment, program.Name, key), cancel);
        await ledger.EraseTextsAsync(environment, key, cancel);
    }

    private async Task ForgetTransfersAsync(WalletId wallet, CancellationToken cancel)
    {
        var arrived = new List<TransferLink>();
        await foreach (var entry in wallets.ReadEntriesAsync(wallet, 0, cancel))
            if (entry is { Kind: EntryKind.TransferredIn, Transfer: { } link } && link.Wallet != wallet.ToString())
                arrived.Add(link);
        foreach (var links in arrived.GroupBy(l => l.Wallet, StringComparer.Ordinal))
        {
            var ids = links.Select(l => l.Id).ToHashSet(StringComparer.Ordinal);
            var giver = WalletId.Parse(links.Key);
            await foreach (var entry in wallets.ReadEntriesAsync(giver, 0, cancel))
                if (entry is { Kind: EntryKind.TransferredOut, Transfer: { } link } && ids.Contains(link.Id))
                    await wallets.EraseTextAsync(giver, entry.Seq, cancel);
        }
    }
}
