using CustomerFunctions.Events;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Loyalty.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>The ledger's door over real storage: what it costs, what it survives, what it keeps.</summary>
public sealed class PointsLedgerTests(AppUnderTest app) : IClassFixture<AppUnderTest>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly LoyaltyProgram _program = Wallets.Program();

    private PointsLedger Ledger => app.Services.GetRequiredService<PointsLedger>();

    public async ValueTask InitializeAsync()
    {
        var catalog = app.Services.GetRequiredService<ProgramCatalog>();
        await catalog.PutAsync(AppEnvironment.Live, _program, None);
        await catalog.ListAsync(AppEnvironment.Live, None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_balance_costs_one_call_and_a_change_two_once_its_marks_are_listed()
    {
        var wallet = NewWallet();
        Assert.Equal(1, await CallsAsync(() => BalanceAsync(wallet)));
        Assert.Equal(3, await CallsAsync(() => AddAsync(wallet, 10)));
        Assert.Equal(2, await CallsAsync(() => AddAsync(wallet, 10)));
        Assert.Equal(3, await CallsAsync(() => AddAsync(wallet, 10, expiry: "1h")));
        Assert.Equal(2, await CallsAsync(() => AddAsync(wallet, 10, expiry: "1h")));
        Assert.Equal(2, await CallsAsync(() => AddAsync(wallet, 10, expiry: "1D")));
        Assert.Equal(2, await CallsAsync(() => DeductAsync(wallet, 45)));
        Assert.Equal(1, await CallsAsync(() => BalanceAsync(wallet)));
        Assert.Equal(1, await CallsAsync(() => BalanceAsync(wallet, app.Clock.GetUtcNow().AddYears(1))));
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
    public async Task The_same_change_id_with_another_body_is_refused()
    {
        var wallet = NewWallet();
        await Ledger.AddAsync(wallet, Grant(10), new Change("same", "body"), None);
        var refused = await Ledger.AddAsync(wallet, Grant(11), new Change("same", "other body"), None);
        Assert.Equal("idempotency-key-reused", refused.Error?.Code);
    }

    [Fact]
    public async Task Adding_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "add points", app.Probe, () => Task.FromResult(NewWallet()),
        async wallet => (await Ledger.AddAsync(wallet, Grant(10, expiry: "1h"), new Change("add", ""), None)).IsOk,
        wallet => AssertWalletAsync(wallet, active: 10, entries: 1));

    [Fact]
    public async Task Deducting_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "deduct points", app.Probe, NewWalletWithPointsAsync,
        async wallet => (await DeductAsync(wallet, 4, "deduct")).IsOk,
        wallet => AssertWalletAsync(wallet, active: 6, entries: 2));

    [Fact]
    public async Task Settling_and_then_adding_survives_a_fault_at_every_storage_call() =>
        await FaultEnumeration.RunAsync(
        "settle and add points", app.Probe, async () =>
        {
            var wallet = NewWallet();
            await AddAsync(wallet, 3, start: "1m", expiry: "1m");
            await AddAsync(wallet, 5, start: "1m");
            app.Clock.Advance(TimeSpan.FromMinutes(5));
            return wallet;
        },
        async wallet => (await AddAsync(wallet, 10, change: "late")).IsOk,
        wallet => AssertWalletAsync(wallet, active: 15, entries: 5));

    [Fact]
    public async Task Taking_back_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "take points back", app.Probe, NewWalletWithPointsAsync,
        async wallet => (await Ledger.TakeBackAsync(
            wallet, new TakeBack(Points.From(25), new Origin("session", "s"), "test"), new Change("back", ""),
                None)).IsOk,
        wallet => AssertWalletAsync(wallet, active: 0, entries: 2, negative: 15));

    [Fact]
    public async Task The_timer_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "settle due wallets", app.Probe, async () =>
        {
            await app.Host.FireTimerAsync(nameof(SettlePoints));
            var wallet = NewWallet();
            await AddAsync(wallet, 3, expiry: "1m");
            await AddAsync(wallet, 5, start: "3m");
            app.Clock.Advance(TimeSpan.FromMinutes(5));
            return wallet;
        },
        async _ =>
        {
            await app.Host.FireTimerAsync(nameof(SettlePoints));
            return true;
        },
        async wallet =>
        {
            await AssertWalletAsync(wallet, active: 5, entries: 4);
            Assert.Empty(await DueAsync(wallet));
        });

    [Fact]
    public async Task A_paused_writer_and_one_that_overtakes_it_both_count_once() => await FaultEnumeration.PauseAsync(
        "add against add", app.Probe, () => Task.FromResult(NewWallet()),
        async wallet => (await AddAsync(wallet, 10, expiry: "1h", change: "one")).IsOk,
        async wallet => (await AddAsync(wallet, 5, expiry: "30m", change: "two")).IsOk,
        wallet => AssertWalletAsync(wallet, active: 15, entries: 2));

    [Fact]
    public async Task A_timer_that_overtakes_a_paused_writer_loses_no_due_row() => await FaultEnumeration.PauseAsync(
        "add against the timer", app.Probe, () => Task.FromResult(NewWallet()),
        async wallet => (await AddAsync(wallet, 10, expiry: "1m", change: "one")).IsOk,
        async _ =>
        {
            // The due row may stand before the points do: the timer must not take it away for good.
            app.Clock.Advance(TimeSpan.FromMinutes(2));
            await app.Host.FireTimerAsync(nameof(SettlePoints));
            return true;
        },
        async wallet =>
        {
            app.Clock.Advance(TimeSpan.FromMinutes(2));
            await app.Host.FireTimerAsync(nameof(SettlePoints));
            Assert.Empty(await DueAsync(wallet));
            await AssertWalletAsync(wallet, active: 0, entries: 2);
        });

    [Fact]
    public async Task A_publisher_that_overtakes_a_paused_writer_leaves_no_event_behind() =>
        await FaultEnumeration.PauseAsync(
            "add against the publisher", app.Probe, NewWalletWithPointsAsync,
            async wallet => (await AddAsync(wallet, 10, change: "one")).IsOk,
            async _ =>
            {
                await app.Services.GetRequiredService<OutboxPublisher>().PublishAsync(None);
                return true;
            },
            async wallet =>
            {
                await app.Services.GetRequiredService<OutboxPublisher>().PublishAsync(None);
                Assert.Empty(await RowsAsync(WalletTable.TableName, wallet.ToString(), "o|", "o}"));
                Assert.DoesNotContain(await RowsAsync("Outbox", null, "", "~"), r =>
                    r.Contains(wallet.ToString(), StringComparison.Ordinal));
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
        var owner = ProfileKey.New(app.Clock.GetUtcNow());
        var wallet = WalletId.Of(AppEnvironment.Live, "stars", owner);
        await Ledger.AddAsync(wallet, Grant(10) with { Reason = "Marker of a person" }, new Change("c", ""), None);
        await Ledger.EraseTextsAsync(AppEnvironment.Live, owner, None);
        Assert.Empty(await RowsAsync(WalletTable.TableName, wallet.ToString(), "t|", "u"));
        await AssertWalletAsync(wallet, active: 10, entries: 1);
    }

    private static Grant Grant(decimal points, string start = "immediate", string expiry = "unlimited") =>
        new(Points.From(points), new Origin("session", "s"), "test")
        {
            Start = StartRule.Parse(start),
            Expiry = ExpiryRule.Parse(expiry),
        };

    private WalletId NewWallet() => WalletId.Of(AppEnvironment.Live, "stars", ProfileKey.New(app.Clock.GetUtcNow()));

    private async Task<WalletId> NewWalletWithPointsAsync()
    {
        var wallet = NewWallet();
        await AddAsync(wallet, 10);
        return wallet;
    }

    private Task<CustomerFunctions.Shared.Result<LedgerAnswer>> AddAsync(
        WalletId wallet, decimal points, string start = "immediate", string expiry = "unlimited", string? change =
            null) =>
        Ledger.AddAsync(wallet, Grant(points, start, expiry), new Change(change ?? app.NewName(), ""), None);

    private Task<CustomerFunctions.Shared.Result<LedgerAnswer>> DeductAsync(WalletId wallet, decimal points, string? change = null) =>
        Ledger.DeductAsync(
            wallet, new Deduction(Points.From(points), new Origin("person", "k"), "test"),
            new Change(change ?? app.NewName(), ""), None);

    private Task<Balance> BalanceAsync(WalletId wallet, DateTimeOffset? asOf = null) =>
        Ledger.BalanceAsync(wallet, _program, Ledgers.All, asOf ?? app.Clock.GetUtcNow(), null, None);

    private async Task HitAsync(WalletId wallet, string change, CustomerFunctions.Shared.Result<LedgerAnswer> first)
    {
        var again = await AddAsync(wallet, 10, change: change);
        Assert.True(again.Value.Hit);
        Assert.Equal(first.Value.Entry.Hash, again.Value.Entry.Hash);
    }

    private async Task<int> CallsAsync(Func<Task> act)
    {
        app.Probe.Count();
        await act();
        return app.Probe.Calls.Count;
    }

    private async Task AssertWalletAsync(WalletId wallet, decimal active, int entries, decimal negative = 0)
    {
        var balance = await BalanceAsync(wallet);
        Assert.Equal((active, negative), (balance.Active.ToDecimal(), balance.Negative.ToDecimal()));
        var verified = await Ledger.VerifyAsync(wallet, None);
        Assert.Null(verified.FirstBad);
        Assert.Equal(entries, verified.Entries);
        Assert.Equal(
            Enumerable.Range(1, entries).Select(seq => $"{wallet} e|{seq:D10}"),
            await RowsAsync(WalletTable.TableName, wallet.ToString(), "e|", "f"));
    }

    private async Task<string[]> DueAsync(WalletId wallet)
    {
        var found = new List<string>();
        var due = app.Services.GetRequiredService<DueIndex>();
        await foreach (var item in due.ReadAsync(WalletWriter.DueKind, DateTimeOffset.MaxValue.AddDays(-1), None))
            if (item.Subject == wallet.ToString()) found.Add($"{item.Slot}");
        return [.. found];
    }

    private async Task<string[]> RowsAsync(string table, string? partition, string from, string before)
    {
        var found = new List<string>();
        var filter = partition is null ? null : TableRows.Range(partition, from, before);
        await foreach (var row in app.Services.GetRequiredService<StorageAccount>().Table(table)
            .QueryAsync<Azure.Data.Tables.TableEntity>(filter)) found.Add($"{row.PartitionKey} {row.RowKey}");
        return [.. found];
    }
}
