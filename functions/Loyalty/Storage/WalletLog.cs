using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>An entry with the text beside it.</summary>
/// <param name="Owner">The key of the wallet's owner.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Text">The text; null where there was none or it is erased.</param>
public sealed record LoggedEntry(string Owner, LedgerEntry Entry, EntryText? Text);

/// <summary>The door to all entries of a program's wallets, for files. Reads <see cref="WalletTable"/> as two ranges of
/// partitions side by side, entries and texts, 1 call for 1,000 rows of each; memory does not grow with them.</summary>
public sealed class WalletLog(StorageAccount storage, WalletScan scan)
{
    private readonly TableClient _table = storage.Table(WalletTable.TableName);

    /// <summary>The first owner that has a wallet, or null. One call.</summary>
    public Task<string?> FirstOwnerAsync(AppEnvironment environment, string program, CancellationToken cancel) =>
        scan.FirstOwnerAsync(environment, program, cancel);

    /// <summary>The entries of all wallets in a run of owners, wallet by wallet, each oldest first.</summary>
    public async IAsyncEnumerable<LoggedEntry> ReadAsync(
        AppEnvironment environment, string program, KeyRange owners, [EnumeratorCancellation] CancellationToken cancel)
    {
        var prefix = new WalletId(environment, program, "").ToString();
        await using var texts = RowsAsync(prefix, owners, WalletTable.TextPrefix, cancel).GetAsyncEnumerator(cancel);
        var hasText = await texts.MoveNextAsync();
        await foreach (var row in RowsAsync(prefix, owners, WalletTable.EntryPrefix, cancel))
        {
            var entry = WalletDocuments.ReadEntry(row.GetDocument("Entry")!);
            while (hasText && IsBefore(texts.Current, row)) hasText = await texts.MoveNextAsync();
            var isBeside = hasText && texts.Current.PartitionKey == row.PartitionKey
                && WalletTable.SeqOf(texts.Current) == entry.Seq;
            yield return new LoggedEntry(
                row.PartitionKey[prefix.Length..], entry, isBeside ? WalletTable.TextOf(texts.Current) : null);
        }
    }

    private static bool IsBefore(TableEntity text, TableEntity entry) =>
        string.CompareOrdinal(text.PartitionKey, entry.PartitionKey) is var order
        && (order < 0 || (order == 0 && WalletTable.SeqOf(text) < WalletTable.SeqOf(entry)));

    private IAsyncEnumerable<TableEntity> RowsAsync(
        string prefix, KeyRange owners, string rows, CancellationToken cancel)
    {
        var (first, end) = (owners.FirstPartition(prefix), owners.EndPartition(prefix));
        var before = rows + "~";
        return _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter(
                $"PartitionKey ge {first} and PartitionKey lt {end} and RowKey ge {rows} and RowKey lt {before}"),
            cancellationToken: cancel);
    }
}
