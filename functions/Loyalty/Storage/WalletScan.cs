using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>Reads the wallets of a program in the order of their owners: a range of partitions of
/// <see cref="WalletTable"/>, 1 call for 1,000 rows.</summary>
public sealed class WalletScan(StorageAccount storage)
{
    // Above every character of an owner's key.
    private const string End = "~";

    private readonly TableClient _table = storage.Table(WalletTable.TableName);

    /// <summary>The first owner that has a wallet, or null. One call.</summary>
    public async Task<string?> FirstOwnerAsync(
        AppEnvironment environment, string program, CancellationToken cancel)
    {
        var rows = _table.QueryAsync<TableEntity>(
            Filter(environment, program, "", null), maxPerPage: 1, ["PartitionKey"], cancel);
        await foreach (var row in rows) return WalletId.Parse(row.PartitionKey).Owner;
        return null;
    }

    /// <summary>The wallets between two owners, both excluded, each with all its rows seen.</summary>
    internal async IAsyncEnumerable<ScannedWallet> ReadAsync(
        AppEnvironment environment, string program, string after, string? before,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        ScannedWallet? wallet = null;
        var rows = _table.QueryAsync<TableEntity>(
            Filter(environment, program, after, before), cancellationToken: cancel);
        await foreach (var row in rows)
        {
            var id = WalletId.Parse(row.PartitionKey);
            if (wallet?.Owner != id.Owner)
            {
                if (wallet is not null) yield return wallet;
                wallet = new ScannedWallet(id);
            }

            wallet.Next(row);
        }

        if (wallet is not null) yield return wallet;
    }

    private static string Filter(AppEnvironment environment, string program, string after, string? before)
    {
        var first = new WalletId(environment, program, after).ToString();
        var last = new WalletId(environment, program, before ?? End).ToString();
        return TableClient.CreateQueryFilter($"PartitionKey gt {first} and PartitionKey lt {last}");
    }
}
