using Azure.Data.Tables;
using CustomerFunctions.Local.Host.Tests.Azurite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CustomerFunctions.Local.Host.Tests.Timers;

public sealed class TimerTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _clock = new(new(2026, 3, 1, 10, 1, 0, TimeSpan.Zero));
    private readonly TimerProbe _probe = new();
    private readonly string _prefix = $"t{Guid.NewGuid():N}";

    [Fact]
    public async Task A_timer_is_told_the_run_before_and_the_tick_now_due()
    {
        await using var app = await StartAsync(typeof(EveryFiveMinutesFunctions));
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("0001 00:00 > 10:05 10:01 False", await _probe.Runs.NextAsync());
        await AdvanceUntilRunAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("2026 10:05 > 10:10 10:05 False", await _probe.Runs.NextAsync());
    }

    [Fact]
    public async Task A_timer_does_not_fire_before_its_tick()
    {
        await using var app = await StartAsync(typeof(EveryFiveMinutesFunctions));
        _clock.Advance(TimeSpan.FromSeconds(239));
        await app.Host.FireTimerAsync("EveryFiveMinutes");
        Assert.Equal("no status False", await _probe.Runs.NextAsync());
        Assert.Equal(0, _probe.Runs.Waiting);
    }

    [Fact]
    public async Task Ticks_missed_while_the_host_was_down_give_one_run_that_is_past_due()
    {
        await using (await StartAsync(typeof(EveryFiveMinutesFunctions)))
        {
            _clock.Advance(TimeSpan.FromMinutes(4));
            await _probe.Runs.NextAsync();
            await WrittenAsync(row => row["Last"] is not null);
        }

        _clock.Advance(TimeSpan.FromMinutes(17));
        await using var again = await StartAsync(typeof(EveryFiveMinutesFunctions));
        Assert.Equal("2026 10:05 > 10:10 10:05 True", await _probe.Runs.NextAsync());
        await WrittenAsync(row => row.GetDateTimeOffset("Next") == new DateTimeOffset(2026, 3, 1, 10, 25, 0, default));
        Assert.Equal(0, _probe.Runs.Waiting);
    }

    [Fact]
    public async Task A_timer_never_overlaps_itself_and_makes_up_one_missed_tick()
    {
        _probe.Gate = new();
        await using var app = await StartAsync(typeof(EveryFiveMinutesFunctions));
        _clock.Advance(TimeSpan.FromMinutes(4));
        await _probe.Runs.NextAsync();
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(0, _probe.Runs.Waiting);

        var gate = _probe.Gate;
        _probe.Gate = null;
        gate.SetResult();
        await _probe.Runs.NextAsync();
        await WrittenAsync(row => row.GetDateTimeOffset("Next") == new DateTimeOffset(2026, 3, 1, 10, 25, 0, default));
        Assert.Equal(0, _probe.Runs.Waiting);
    }

    [Fact]
    public async Task A_failed_run_is_followed_by_the_next_tick()
    {
        _probe.IsFailing = true;
        await using var app = await StartAsync(typeof(EveryFiveMinutesFunctions));
        _clock.Advance(TimeSpan.FromMinutes(4));
        await _probe.Runs.NextAsync();
        await AdvanceUntilRunAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("2026 10:05 > 10:10 10:05 False", await _probe.Runs.NextAsync());
    }

    [Theory]
    [InlineData("00:00:20")]
    [InlineData("*/20 * * * * *")]
    public async Task An_interval_under_a_minute_has_no_status(string every)
    {
        await using var app = await StartAsync(o => o.Settings["Every"] = every, typeof(JsonTimerFunctions));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(
            """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""",
            await _probe.Runs.NextAsync());
    }

    [Fact]
    public async Task A_timer_without_its_setting_is_left_out_and_the_host_runs_on()
    {
        await using var app = await StartAsync(typeof(JsonTimerFunctions), typeof(StartupTimerFunctions));
        Assert.Equal("False True", await _probe.Runs.NextAsync());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _probe.Runs.Waiting);
    }

    [Fact]
    public async Task A_disabled_timer_does_not_run()
    {
        await using var app = await StartAsync(
            o => o.Settings["AzureWebJobs.OnStartup.Disabled"] = "1",
            typeof(StartupTimerFunctions), typeof(EveryFiveMinutesFunctions));
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.StartsWith("0001", await _probe.Runs.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fired_timer_gives_its_exception_to_the_caller()
    {
        _probe.IsFailing = true;
        await using var app = await StartAsync(o => o.RunTimers = false, typeof(EveryFiveMinutesFunctions));
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Host.FireTimerAsync("everyfiveminutes"));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Host.FireTimerAsync("Unknown"));
    }

    private Task<TestApp> StartAsync(params Type[] functions) => StartAsync(_ => { }, functions);

    private Task<TestApp> StartAsync(Action<LocalHostOptions> change, params Type[] functions) => TestApp.StartAsync(
        o =>
        {
            o.RunTimers = true;
            o.StorageConnection = azurite.ConnectionString;
            o.Prefix = _prefix;
            o.Configure = b => b.Services.AddSingleton(_probe).AddSingleton<TimeProvider>(_clock);
            change(o);
        },
        functions);

    // The clock moves only when the run before has been recorded; else two ticks would become one.
    private async Task AdvanceUntilRunAsync(TimeSpan by)
    {
        var last = _clock.GetUtcNow();
        await WrittenAsync(row => row.GetDateTimeOffset("Last") == last);
        _clock.Advance(by);
    }

    private Task<TableEntity> WrittenAsync(Func<TableEntity, bool> isMet) =>
        Rows.UntilAsync(azurite.ConnectionString, $"{_prefix}Timers", isMet);
}
