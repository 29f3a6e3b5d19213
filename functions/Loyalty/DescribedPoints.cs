using System.Runtime.CompilerServices;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty;

/// <summary>A customer's points in one program.</summary>
/// <param name="Program">The program.</param>
/// <param name="Balance">As it is now.</param>
/// <param name="Entries">All entries with their reasons, oldest first, written as they are read.</param>
public sealed record DescribedWallet(
    string Program, Balance Balance, IAsyncEnumerable<EntryDocument> Entries);

/// <summary>The points with their whole history, for subject access.</summary>
public sealed class DescribedPoints(ProgramCatalog programs, WalletReader wallets) : IDescribes
{
    /// <inheritdoc/>
    public string Section => "wallets";

    /// <inheritdoc/>
    public Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        Task.FromResult<object?>(ReadAsync(environment, keys, cancel));

    private async IAsyncEnumerable<DescribedWallet> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Wallets of customers who were merged are read with the one that they were merged into.
        foreach (var program in await programs.ListAsync(environment, cancel))
        {
            if (program.Kind != ProgramKind.Profile) continue;
            var wallet = WalletId.Of(environment, program.Name, keys[0]);
            var balance = await wallets.BalanceAsync(
                wallet, program, Ledgers.All, asOf: null, asKnownAt: null, cancel);
            if (balance.Ledgers.Count == 0) continue;
            var entries = wallets.ReadAsync(wallet, cancel).Select(e => EntryDocument.Of(e.Entry, e.Text));
            yield return new DescribedWallet(program.Name, balance, entries);
        }
    }
}
