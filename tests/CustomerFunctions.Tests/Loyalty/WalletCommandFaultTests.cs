using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>Every further change of a wallet, with each of its storage calls failing and held back in turn.</summary>
public sealed class WalletCommandFaultTests(AppUnderTest app) : WalletTests(app)
{
    private static readonly Change Once = new("once", "");

    private PointsTransfers Transfers => App.Services.GetRequiredService<PointsTransfers>();

    [Fact]
    public async Task Undoing_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "undo a deduction", App.Probe, async () =>
        {
            var wallet = await NewWalletWithPointsAsync();
            await DeductAsync(wallet, 4);
            return wallet;
        },
        async wallet => (await Ledger.UndoAsync(wallet, new Undoing(2, "test", "Burnt"), Once, default)).IsOk,
        wallet => AssertWalletAsync(wallet, active: 10, entries: 3));

    [Fact]
    public async Task Activating_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "activate points", App.Probe, async () =>
        {
            var wallet = NewWallet();
            await AddAsync(wallet, 10, start: "on_action", expiry: "1D");
            return wallet;
        },
        async wallet => (await Ledger.ActivateAsync(
            wallet, new Activation(1, null, "test", null), Once, default)).IsOk,
        wallet => AssertWalletAsync(wallet, active: 10, entries: 2));

    [Fact]
    public async Task Extending_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "extend points", App.Probe, async () =>
        {
            var wallet = NewWallet();
            await AddAsync(wallet, 10, expiry: "1D");
            return wallet;
        },
        async wallet => (await Ledger.ExtendAsync(
            wallet, new Extension(ExpiryRule.Unlimited, null, null, "test", "x"), Once, default)).IsOk,
        async wallet =>
        {
            await AssertWalletAsync(wallet, active: 10, entries: 2);
            Assert.Equal(10, (await BalanceAsync(wallet, App.Clock.GetUtcNow().AddDays(9))).Active.ToDecimal());
        });

    [Fact]
    public async Task Sealing_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "seal a wallet", App.Probe, NewWalletWithPointsAsync,
        async wallet => await Ledger.SealAsync(wallet, "blocked", default) is null,
        async wallet =>
        {
            Assert.Equal("wallet-sealed", (await AddAsync(wallet, 1)).Error?.Code);
            Assert.Equal("wallet-sealed", (await DeductAsync(wallet, 1)).Error?.Code);
            Assert.Null(await Ledger.SealAsync(wallet, null, default));
            Assert.True((await DeductAsync(wallet, 1)).IsOk);
        });

    [Fact]
    public async Task A_writer_held_back_by_a_seal_writes_nothing_after_it() => await FaultEnumeration.PauseAsync(
        "add against a seal", App.Probe, NewWalletWithPointsAsync,
        async wallet => (await AddAsync(wallet, 1, change: "late")).Error is null or { Code: "wallet-sealed" },
        async wallet => await Ledger.SealAsync(wallet, "blocked", default) is null,
        async wallet =>
        {
            var verified = await Reader.VerifyAsync(wallet, default);
            Assert.Null(verified.FirstBad);
            Assert.InRange(verified.Entries, 1, 2);
            Assert.Equal("wallet-sealed", (await AddAsync(wallet, 1)).Error?.Code);
        });

    [Fact]
    public async Task A_transfer_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "transfer points", App.Probe, NewPairAsync, TransferAsync, AssertTransferredAsync);

    [Fact]
    public async Task A_transfer_that_nobody_repeats_is_finished_by_the_sweeper()
    {
        var first = await NewPairAsync();
        App.Probe.Count();
        Assert.True(await TransferAsync(first));
        var calls = App.Probe.Calls.Select(c => c.Contains("$batch", StringComparison.Ordinal)).ToList();
        var (leaving, arriving) = (calls.IndexOf(true) + 1, calls.LastIndexOf(true) + 1);
        Assert.True(leaving < arriving && arriving < calls.Count);
        await AssertSweptAsync(cut: leaving, moved: false);
        await AssertSweptAsync(cut: leaving + 1, moved: true);
        await AssertSweptAsync(cut: arriving, moved: true);
        await AssertSweptAsync(cut: calls.Count, moved: true);
    }

    [Fact]
    public async Task A_sweeper_that_overtakes_a_paused_transfer_changes_nothing() => await FaultEnumeration.PauseAsync(
        "transfer against the sweeper", App.Probe, NewPairAsync, TransferAsync,
        async _ =>
        {
            await SweepAsync();
            return true;
        },
        AssertTransferredAsync, callsVary: true);

    [Fact]
    public async Task Transfers_to_and_fro_at_once_lose_and_double_nothing()
    {
        var wallets = new[] { NewWallet(), NewWallet(), NewWallet() };
        foreach (var wallet in wallets) await AddAsync(wallet, 100);
        var moves = Enumerable.Range(0, 24).Select(async i =>
        {
            var (from, to) = (wallets[i % 3], wallets[(i + 1 + (i / 3 % 2)) % 3]);
            var change = new Change($"move {i}", "");
            for (var tries = 0; tries < 20; tries++)
                if ((await Transfers.MoveAsync(from, Of(to, i + 1), change, default)).IsOk) return;
            Assert.Fail("Contended for too long.");
        });
        await Task.WhenAll(moves);
        var sum = 0m;
        foreach (var wallet in wallets)
        {
            sum += (await BalanceAsync(wallet)).Active.ToDecimal();
            Assert.Null((await Reader.VerifyAsync(wallet, default)).FirstBad);
        }

        Assert.Equal(300, sum);
    }

    /// <summary>The process is gone before a call; the sweeper finds what it left.</summary>
    private async Task AssertSweptAsync(int cut, bool moved)
    {
        var pair = await NewPairAsync();
        App.Probe.CutAt(cut);
        await Assert.ThrowsAnyAsync<Exception>(() => TransferAsync(pair));
        App.Probe.Count();
        await SweepAsync();
        Assert.Equal(moved ? 6 : 10, (await BalanceAsync(pair.From)).Active.ToDecimal());
        Assert.Equal(moved ? 4 : 0, (await BalanceAsync(pair.To)).Active.ToDecimal());
        Assert.Empty(await RowsAsync(WalletTable.TableName, pair.From.ToString(), "x|", "y"));
    }

    private static Transfer Of(WalletId to, decimal points) =>
        new(Points.From(points), "main", to, "main", "test", "Gift");

    private async Task<(WalletId From, WalletId To)> NewPairAsync() => (await NewWalletWithPointsAsync(), NewWallet());

    private async Task<bool> TransferAsync((WalletId From, WalletId To) pair) =>
        (await Transfers.MoveAsync(pair.From, Of(pair.To, 4), Once, default)).IsOk;

    private async Task AssertTransferredAsync((WalletId From, WalletId To) pair)
    {
        await AssertWalletAsync(pair.From, active: 6, entries: 2);
        await AssertWalletAsync(pair.To, active: 4, entries: 1);
        Assert.Empty(await RowsAsync(WalletTable.TableName, pair.From.ToString(), "x|", "y"));
    }

    private async Task SweepAsync()
    {
        App.Clock.Advance(TimeSpan.FromMinutes(3));
        await App.Host.FireTimerAsync(nameof(SweepTransfers));
    }
}
