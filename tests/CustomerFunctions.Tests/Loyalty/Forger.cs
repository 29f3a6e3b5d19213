using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Loyalty.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>Somebody who may write the tables and knows this app's code.</summary>
internal sealed class Forger(AppUnderTest app)
{
    private static readonly JsonSerializerOptions Compact = new(Json.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly TableClient _table =
        app.Services.GetRequiredService<StorageAccount>().Table(WalletTable.TableName);

    /// <summary>Writes a wallet's history anew so that everything fits: entries, hashes, rows of changes, head.</summary>
    /// <param name="wallet">The wallet.</param>
    /// <param name="forge">What becomes of each entry; null to leave it out.</param>
    public async Task RewriteAsync(WalletId wallet, Func<LedgerEntry, LedgerEntry?> forge)
    {
        var entries = await app.Services.GetRequiredService<WalletTable>().ReadAllAsync(wallet, default);
        var program = Wallets.Program();
        var draft = Draft.On(wallet.ToString(), WalletState.Empty, program.Tiers, entries[0].RecordedAt);
        foreach (var forged in entries.Select(forge).OfType<LedgerEntry>())
            draft = (draft with { Now = forged.RecordedAt }).With(forged with { Standing = null });
        await DeleteAsync(wallet, row => !row.StartsWith("t|", StringComparison.Ordinal));
        await app.Services.GetRequiredService<WalletWriter>().CommitAsync(
            new LoadedWallet(wallet, WalletState.Empty, null, [], []), draft, program, new WriteExtras(), default);
        foreach (var entry in draft.Entries.Where(e => e.ChangeId is not null))
            await _table.AddEntityAsync(new TableEntity(wallet.ToString(), "c|" + Hash.Hex(entry.ChangeId!))
            {
                ["BodyHash"] = "",
                ["Entry"] = JsonSerializer.SerializeToUtf8Bytes(entry, Compact),
            });
    }

    /// <summary>Deletes rows of a wallet by their keys.</summary>
    public async Task DeleteAsync(WalletId wallet, Func<string, bool> isWanted)
    {
        foreach (var row in await RowsAsync(wallet))
            if (isWanted(row.RowKey)) await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey);
    }

    /// <summary>All rows of a wallet.</summary>
    public async Task<List<TableEntity>> RowsAsync(WalletId wallet) =>
        await _table.QueryAsync<TableEntity>(r => r.PartitionKey == wallet.ToString()).ToListAsync();

    /// <summary>Writes a row over, whatever it was.</summary>
    public Task PutAsync(TableEntity row) => _table.UpsertEntityAsync(row, TableUpdateMode.Replace);

    /// <summary>Changes one row in its place.</summary>
    public async Task ChangeAsync(WalletId wallet, string rowKey, Action<TableEntity> change)
    {
        var row = (await _table.GetEntityAsync<TableEntity>(wallet.ToString(), rowKey)).Value;
        change(row);
        await PutAsync(row);
    }

    /// <summary>Changes bits of one byte of the document of an entry or change.</summary>
    public Task SpoilAsync(WalletId wallet, string rowKey, int at = 20, byte bits = 1) =>
        ChangeAsync(wallet, rowKey, row =>
        {
            var bytes = row.GetBinary("Entry");
            bytes[at] ^= bits;
            row["Entry"] = bytes;
        });
}
