using CustomerFunctions.Events;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>Two who work on one wallet, one of them held back before each of its storage calls in turn.</summary>
public sealed class WalletRaceTests(AppUnderTest app) : WalletTests(app)
{
    [Fact]
    public async Task A_paused_writer_and_one_that_overtakes_it_both_count_once() => await FaultEnumeration.PauseAsync(
        "add against add", App.Probe, () => Task.FromResult(NewWallet()),
        async wallet => (await AddAsync(wallet, 10, expiry: "1h", change: "one")).IsOk,
        async wallet => (await AddAsync(wallet, 5, expiry: "30m", change: "two")).IsOk,
        wallet => AssertWalletAsync(wallet, active: 15, entries: 2));

    [Fact]
    public async Task A_timer_that_overtakes_a_paused_writer_loses_no_due_row() => await FaultEnumeration.PauseAsync(
        "add against the timer", App.Probe, () => Task.FromResult(NewWallet()),
        async wallet => (await AddAsync(wallet, 10, expiry: "1m", change: "one")).IsOk,
        async _ =>
        {
            // The due row may stand before the points do: the timer must not take it away for good.
            App.Clock.Advance(TimeSpan.FromMinutes(2));
            await App.Host.FireTimerAsync(nameof(SettlePoints));
            return true;
        },
        async wallet =>
        {
            App.Clock.Advance(TimeSpan.FromMinutes(2));
            await App.Host.FireTimerAsync(nameof(SettlePoints));
            Assert.Empty(await DueAsync(wallet));
            await AssertWalletAsync(wallet, active: 0, entries: 2);
        });

    [Fact]
    public async Task A_publisher_that_overtakes_a_paused_writer_leaves_no_event_behind() =>
        await FaultEnumeration.PauseAsync(
            "add against the publisher", App.Probe, NewWalletWithPointsAsync,
            async wallet => (await AddAsync(wallet, 10, change: "one")).IsOk,
            _ => PublishAsync(),
            AssertNoEventIsLeftAsync);

    [Fact]
    public async Task A_writer_that_overtakes_a_paused_publisher_leaves_no_event_behind() =>
        await FaultEnumeration.PauseAsync(
            "the publisher against add", App.Probe, async () =>
            {
                await PublishAsync();
                return await NewWalletWithPointsAsync();
            },
            _ => PublishAsync(),
            async wallet => (await AddAsync(wallet, 10, change: "one")).IsOk,
            AssertNoEventIsLeftAsync, callsVary: true);

    [Fact]
    public async Task A_writer_that_overtakes_a_paused_timer_loses_no_due_row() => await FaultEnumeration.PauseAsync(
        "the timer against add", App.Probe, NewWalletWithExpiredPointsAsync,
        _ => SettleAsync(),
        async wallet => (await AddAsync(wallet, 5, expiry: "10s", change: "one")).IsOk,
        wallet => AssertSettledNextMinuteAsync(wallet, entries: 4));

    [Fact]
    public async Task A_timer_that_unlists_a_minute_makes_a_paused_writer_list_it_again() =>
        await FaultEnumeration.PauseAsync(
            "add against a timer with nothing to write", App.Probe, async () =>
            {
                var wallet = await NewWalletWithExpiredPointsAsync();
                await SettleAsync();
                await AddAsync(wallet, 3, expiry: "10s");
                await DeductAsync(wallet, 3);
                return wallet;
            },
            async wallet => (await AddAsync(wallet, 5, expiry: "10s", change: "one")).IsOk,
            _ => SettleAsync(),
            wallet => AssertSettledNextMinuteAsync(wallet, entries: 6));

    /// <summary>In the second half of a minute: points that have expired in it, which is not written down yet, so that
    /// a timer has a due row of this very minute and nothing else to do.</summary>
    private async Task<WalletId> NewWalletWithExpiredPointsAsync()
    {
        App.Clock.Advance(TimeSpan.FromSeconds(90 - App.Clock.GetUtcNow().Second));
        await SettleAsync();
        var wallet = NewWallet();
        await AddAsync(wallet, 3, expiry: "5s");
        App.Clock.Advance(TimeSpan.FromSeconds(10));
        return wallet;
    }

    private async Task AssertSettledNextMinuteAsync(WalletId wallet, int entries)
    {
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync();
        await AssertWalletAsync(wallet, active: 0, entries);
        Assert.Empty(await DueAsync(wallet));
    }

    private async Task AssertNoEventIsLeftAsync(WalletId wallet)
    {
        await PublishAsync();
        Assert.Empty(await RowsAsync(WalletTable.TableName, wallet.ToString(), "o|", "o}"));
        Assert.Empty(await RowsAsync("Outbox", null, "", "~"));
    }

    private async Task<bool> SettleAsync()
    {
        await App.Host.FireTimerAsync(nameof(SettlePoints));
        return true;
    }

    private async Task<bool> PublishAsync()
    {
        await App.Services.GetRequiredService<OutboxPublisher>().PublishAsync(None);
        return true;
    }
}
