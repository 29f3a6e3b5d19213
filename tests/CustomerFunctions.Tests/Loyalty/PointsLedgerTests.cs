using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>The ledger's door over real storage: what it costs, what it survives, what it keeps.</summary>
public sealed class PointsLedgerTests(AppUnderTest app) : WalletTests(app)
{
    [Fact]
    public async Task A_balance_costs_one_call_and_a_change_two_once_its_marks_are_listed()
    {
        var wallet = NewWallet();
        Assert.Equal(1, await CallsAsync(() => BalanceAsync(wallet)));
        Assert.Equal(4, await CallsAsync(() => AddAsync(wallet, 10)));
        Assert.Equal(2, await CallsAsync(() => AddAsync(wallet, 10)));
        Assert.Equal(3, await CallsAsync(() => AddAsync(wallet, 10, expiry: "1h")));
        Assert.Equal(2, await CallsAsync(() => AddAsync(wallet, 10, expiry: "1h")));
        Assert.Equal(2, await CallsAsync(() => AddAsync(wallet, 10, expiry: "1D")));
        Assert.Equal(2, await CallsAsync(() => DeductAsync(wallet, 45)));
        Assert.Equal(1, await CallsAsync(() => BalanceAsync(wallet)));
        Assert.Equal(1, await CallsAsync(() => BalanceAsync(wallet, App.Clock.GetUtcNow().AddYears(1))));
    }

    [Fact]
    public async Task A_repeat_of_a_recent_change_costs_two_calls_and_of_an_older_one_three()
    {
        var wallet = NewWallet();
        var first = await AddAsync(wallet, 10, change: "first");
        Assert.Equal(2, await CallsAsync(() => HitAsync(wallet, "first", first)));
        for (var i = 0; i < LoadedWallet.RecentMax; i++) await AddAsync(wallet, 1);
        Assert.Equal(3, await CallsAsync(() => HitAsync(wallet, "first", first)));
        Assert.Equal(74, (await BalanceAsync(wallet)).Active.ToDecimal());
    }

    [Fact]
    public async Task A_repeat_of_a_deduction_is_answered_again_though_the_points_are_gone()
    {
        var wallet = NewWallet();
        await AddAsync(wallet, 10);
        Assert.False((await DeductAsync(wallet, 10, "spend")).Value.Hit);
        for (var i = 0; i < LoadedWallet.RecentMax; i++) await AddAsync(wallet, 0.01m);
        Assert.True((await DeductAsync(wallet, 10, "spend")).Value.Hit);
        Assert.Equal("insufficient-points", (await DeductAsync(wallet, 10, "other")).Error?.Code);
    }

    [Fact]
    public async Task A_balance_is_told_as_it_was_known_at_an_instant_that_instant_included()
    {
        var wallet = NewWallet();
        App.Clock.Advance(TimeSpan.FromDays(2));
        var known = App.Clock.GetUtcNow();
        await Ledger.AddAsync(
            wallet, Grant(10) with { EffectiveAt = known.AddDays(-1) }, new Change("late", ""), None);
        App.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(10, (await BalanceAsync(wallet, asKnownAt: known)).Active.ToDecimal());
        Assert.Equal(0, (await BalanceAsync(wallet, asKnownAt: known.AddTicks(-1))).Active.ToDecimal());
        Assert.Equal(10, (await BalanceAsync(wallet, asOf: known.AddDays(-1))).Active.ToDecimal());
        Assert.Equal(0, (await BalanceAsync(wallet, asOf: known.AddDays(-1).AddTicks(-1))).Active.ToDecimal());
    }

    [Fact]
    public async Task The_same_change_id_with_another_body_is_refused()
    {
        var wallet = NewWallet();
        await Ledger.AddAsync(wallet, Grant(10), new Change("same", "body"), None);
        var refused = await Ledger.AddAsync(wallet, Grant(11), new Change("same", "other body"), None);
        Assert.Equal("idempotency-key-reused", refused.Error?.Code);
    }

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_made_once_and_is_no_repeat()
    {
        var wallet = await NewWalletWithPointsAsync();
        App.Probe.FailAt(2, FaultKind.AfterEffect);
        var added = await AddAsync(wallet, 5, change: "lost");
        Assert.True(App.Probe.WasHit);
        Assert.False(added.Value.Hit);
        Assert.True((await AddAsync(wallet, 5, change: "lost")).Value.Hit);
        await AssertWalletAsync(wallet, active: 15, entries: 2);
    }

    [Fact]
    public async Task Adding_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "add points", App.Probe, () => Task.FromResult(NewWallet()),
        async wallet => (await Ledger.AddAsync(wallet, Grant(10, expiry: "1h"), new Change("add", ""), None)).IsOk,
        wallet => AssertWalletAsync(wallet, active: 10, entries: 1));

    [Fact]
    public async Task Deducting_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "deduct points", App.Probe, NewWalletWithPointsAsync,
        async wallet => (await DeductAsync(wallet, 4, "deduct")).IsOk,
        wallet => AssertWalletAsync(wallet, active: 6, entries: 2));

    [Fact]
    public async Task Settling_and_then_adding_survives_a_fault_at_every_storage_call() =>
        await FaultEnumeration.RunAsync(
        "settle and add points", App.Probe, async () =>
        {
            var wallet = NewWallet();
            await AddAsync(wallet, 3, start: "1m", expiry: "1m");
            await AddAsync(wallet, 5, start: "1m");
            App.Clock.Advance(TimeSpan.FromMinutes(5));
            return wallet;
        },
        async wallet => (await AddAsync(wallet, 10, change: "late")).IsOk,
        wallet => AssertWalletAsync(wallet, active: 15, entries: 5));

    [Fact]
    public async Task Taking_back_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "take points back", App.Probe, async () =>
        {
            var wallet = NewWallet();
            await AddAsync(wallet, 25);
            await DeductAsync(wallet, 15);
            return wallet;
        },
        async wallet => (await Ledger.TakeBackAsync(
            wallet, new TakeBack(Points.From(25), new Origin("session", "s"), "test"), new Change("back", ""),
                None)).IsOk,
        wallet => AssertWalletAsync(wallet, active: 0, entries: 3, negative: 15));

    [Fact]
    public async Task The_timer_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "settle due wallets", App.Probe, async () =>
        {
            await App.Host.FireTimerAsync(nameof(SettlePoints));
            var wallet = NewWallet();
            await AddAsync(wallet, 3, expiry: "1m");
            await AddAsync(wallet, 5, start: "3m");
            App.Clock.Advance(TimeSpan.FromMinutes(5));
            return wallet;
        },
        async _ =>
        {
            await App.Host.FireTimerAsync(nameof(SettlePoints));
            return true;
        },
        async wallet =>
        {
            await AssertWalletAsync(wallet, active: 5, entries: 4);
            Assert.Empty(await DueAsync(wallet));
        });

    [Fact]
    public async Task Thirty_two_writers_on_four_wallets_lose_and_double_nothing()
    {
        var wallets = Enumerable.Range(0, 4).Select(_ => NewWallet()).ToArray();
        const int changes = 10;
        var expected = new decimal[4];
        await Parallel.ForEachAsync(Enumerable.Range(0, 32), new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (writer, _) =>
        {
            for (var i = 0; i < changes; i++)
            {
                var change = $"{writer}/{i}";
                while (!(await AddAsync(wallets[writer % 4], writer + 1, expiry: "1D", change: change)).IsOk)
                {
                    // Contention is answered as such; the client repeats with the same key.
                }
            }

            lock (expected) expected[writer % 4] += (writer + 1) * changes;
        });
        for (var i = 0; i < wallets.Length; i++)
            await AssertWalletAsync(wallets[i], expected[i], entries: 8 * changes);
    }

    [Fact]
    public async Task Lots_beyond_a_page_are_spent_in_one_entry_and_verify()
    {
        var wallet = NewWallet();
        for (var i = 0; i < LotPage.LotsMax + 30; i++) await AddAsync(wallet, 1, expiry: $"{1000 - i}D");
        var spent = (await DeductAsync(wallet, LotPage.LotsMax + 20)).Value.Entry;
        Assert.Equal(LotPage.LotsMax + 20, spent.Allocations.Length);
        await AssertWalletAsync(wallet, active: 10, entries: LotPage.LotsMax + 31);
        await DeductAsync(wallet, 10);
        await AssertWalletAsync(wallet, active: 0, entries: LotPage.LotsMax + 32);
        Assert.Empty(await RowsAsync(WalletTable.TableName, wallet.ToString(), "l|", "m"));
    }

    [Fact]
    public async Task Erasing_text_leaves_a_chain_that_verifies()
    {
        var owner = ProfileKey.New(App.Clock.GetUtcNow());
        var wallet = WalletId.Of(AppEnvironment.Live, "stars", owner);
        await Ledger.AddAsync(wallet, Grant(10) with { Reason = "Marker of a person" }, new Change("c", ""), None);
        await Ledger.EraseTextsAsync(AppEnvironment.Live, owner, None);
        Assert.Empty(await RowsAsync(WalletTable.TableName, wallet.ToString(), "t|", "u"));
        await AssertWalletAsync(wallet, active: 10, entries: 1);
    }

    private async Task HitAsync(WalletId wallet, string change, CustomerFunctions.Shared.Result<LedgerAnswer> first)
    {
        var again = await AddAsync(wallet, 10, change: change);
        Assert.True(again.Value.Hit);
        Assert.Equal(first.Value.Entry.Hash, again.Value.Entry.Hash);
    }

    private async Task<int> CallsAsync(Func<Task> act)
    {
        App.Probe.Count();
        await act();
        return App.Probe.Calls.Count;
    }
}
