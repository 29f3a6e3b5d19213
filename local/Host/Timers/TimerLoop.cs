using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Timers;

/// <summary>Waits for the ticks of one timer and fires it.</summary>
internal sealed partial class TimerLoop(
    TimerRun run, TimerSchedule schedule, bool isMonitored, TimerStatusTable statuses, TimeProvider time, ILogger log)
{
    // A timer takes at most about 49 days; a far tick is waited for in pieces.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private TimerStatus _status = new(null, default, default);

    /// <summary>Makes up for a missed tick, or runs at start when asked to, then ticks until cancelled.</summary>
    public async Task RunAsync(bool onStartup, CancellationToken cancel)
    {
        var isPastDue = await RestoreAsync(cancel);
        if (isPastDue) await FireAsync(isPastDue: true, time.GetUtcNow(), cancel);
        else if (onStartup) await FireSafelyAsync(isPastDue: false, cancel);
        while (true)
        {
            await WaitAsync(_status.Next, cancel);
            await FireAsync(isPastDue: false, _status.Next, cancel);
        }
    }

    private async Task<bool> RestoreAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (isMonitored && await statuses.ReadAsync(run.Function.Name, cancel) is { } stored)
        {
            // Computed afresh, because the schedule may be another one than before.
            _status = stored with { Next = schedule.After(stored.Updated) };
            return _status.Next <= now;
        }

        _status = new(null, schedule.After(now), now);
        await SaveAsync(cancel);
        return false;
    }

    /// <summary>Ticks that pass while the function runs are dropped but for one, which fires at once.</summary>
    private async Task FireAsync(bool isPastDue, DateTimeOffset tick, CancellationToken cancel)
    {
        await FireSafelyAsync(isPastDue, cancel);
        KillPoints.Reach("timer-status-before");
        var next = schedule.After(tick);
        var now = time.GetUtcNow();
        while (next < now && schedule.After(next) <= now) next = schedule.After(next);
        _status = new(tick, next, tick);
        await SaveAsync(cancel);
    }

    private async Task FireSafelyAsync(bool isPastDue, CancellationToken cancel)
    {
        try
        {
            await run.FireAsync(isMonitored ? _status : null, isPastDue, cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // As in the real host: the next tick is the next try.
            Log.Failed(log, run.Function.Name, fault);
        }
    }

    private Task SaveAsync(CancellationToken cancel) =>
        isMonitored ? statuses.WriteAsync(run.Function.Name, _status, cancel) : Task.CompletedTask;

    private async Task WaitAsync(DateTimeOffset until, CancellationToken cancel)
    {
        for (var left = until - time.GetUtcNow(); left > TimeSpan.Zero; left = until - time.GetUtcNow())
            await Task.Delay(left < LongestWait ? left : LongestWait, time, cancel);
        cancel.ThrowIfCancellationRequested();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Timer function {Name} failed.")]
        public static partial void Failed(ILogger log, string name, Exception fault);
    }
}
