using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>Where moves and seals meet wallets of more than one page, and notices of points that will expire.</summary>
public sealed class SettledMovesTests(AppUnderTest app) : WalletTests(app)
{
    [Fact]
    public async Task A_lot_that_lies_in_two_ledgers_of_a_paged_wallet_can_be_moved_on()
    {
        var wallet = NewWallet();
        for (var i = 0; i < LotPage.LotsMax + 5; i++) await AddAsync(wallet, 2, expiry: $"{900 - i}D");
        // The lot that is spent first is the last one, on the second page.
        await MoveAsync(wallet, "main", "gifts", 1);
        await MoveAsync(wallet, "gifts", "main", 0.5m);
        await AddAsync(wallet, 1);
        await AssertWalletAsync(wallet, active: (2 * LotPage.LotsMax) + 11, entries: LotPage.LotsMax + 10);
    }

    [Fact]
    public async Task A_seal_that_comes_while_a_paged_wallet_settles_holds()
    {
        var wallet = NewWallet();
        for (var i = 0; i < LotPage.LotsMax + 5; i++) await AddAsync(wallet, 1, expiry: i == 0 ? "1m" : "unlimited");
        App.Clock.Advance(TimeSpan.FromMinutes(2));
        App.Probe.Count();
        // Held back right after its settlement, when it reads the pages again.
        var reached = App.Probe.PauseAt(4);
        var spending = Task.Run(() => DeductAsync(wallet, 5));
        await reached;
        Assert.Contains("Wallets", App.Probe.Calls[^1], StringComparison.Ordinal);
        Assert.Null(await Ledger.SealAsync(wallet, "blocked", default));
        App.Probe.Release();
        Assert.Equal("wallet-sealed", (await spending).Error?.Code);
    }

    [Fact]
    public async Task Points_that_expire_soon_are_told_of_once_also_when_they_came_later()
    {
        var catalog = App.Services.GetRequiredService<ProgramCatalog>();
        await catalog.PutAsync(AppEnvironment.Live, Domain.Wallets.Program() with { ExpiringNoticeDays = 7 }, default);
        var wallet = NewWallet();
        await AddAsync(wallet, 3, expiry: "10D");
        Assert.Equal(0, await NoticesAsync(wallet));
        App.Clock.Advance(TimeSpan.FromDays(4));
        Assert.Equal(1, await NoticesAsync(wallet));
        App.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await NoticesAsync(wallet));
        await AddAsync(wallet, 4, expiry: "2D");
        Assert.Equal(2, await NoticesAsync(wallet));
        await AssertWalletAsync(wallet, active: 7, entries: 2);
    }

    private async Task MoveAsync(WalletId wallet, string from, string to, decimal points) => Assert.True(
        (await App.Services.GetRequiredService<PointsTransfers>().MoveAsync(
            wallet, new Transfer(Points.From(points), from, wallet, to, "test", "x"), new(App.NewName(), ""), default)).IsOk);

    private async Task<int> NoticesAsync(WalletId wallet)
    {
        await App.Host.FireTimerAsync(nameof(SettlePoints));
        var rows = await App.Services.GetRequiredService<StorageAccount>()
            .Table(WalletTable.TableName).QueryAsync<Azure.Data.Tables.TableEntity>(
                TableRows.Range(wallet.ToString(), "o|", "p")).ToListAsync();
        return rows.Count(r => System.Text.Encoding.UTF8.GetString(r.GetBinary("Event"))
            .Contains("points.expiring", StringComparison.Ordinal));
    }
}
