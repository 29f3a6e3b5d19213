using CustomerFunctions.Local.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Timers;

/// <summary>Fires the app's timer functions.</summary>
internal sealed partial class TimerListener : IHostedService, IDisposable
{
    private readonly LocalHostOptions _options;
    private readonly HostSettings _settings;
    private readonly TimeProvider _time;
    private readonly TimerStatusTable _statuses;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, (TimerRun Run, TimerTriggerAttribute Trigger)> _timers;
    private Task _loops = Task.CompletedTask;

    public TimerListener(
        LocalHostOptions options, HostSettings settings, FunctionCatalog catalog, IFunctionInvoker invoker,
        TimeProvider time, ILogger<TimerListener> log)
    {
        (_options, _settings, _time, _log) = (options, settings, time, log);
        _statuses = new(options);
        _timers = catalog.StartedBy<TimerTriggerAttribute>().ToDictionary(
            t => t.Function.Name, t => (new TimerRun(t.Function, invoker, time), t.Trigger),
            StringComparer.OrdinalIgnoreCase);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_options.RunTimers || _timers.Count == 0) return;
        await _statuses.CreateAsync(cancellationToken);
        _loops = Task.WhenAll(_timers.Values.Select(timer => LoopAsync(timer.Run, timer.Trigger)).ToList());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _loops.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Fires a timer now, whatever its schedule; its exception comes out.</summary>
    public Task FireAsync(string name, bool isPastDue, CancellationToken cancel) =>
        _timers.TryGetValue(name, out var timer)
            ? timer.Run.FireAsync(status: null, isPastDue, cancel)
            : throw new ArgumentException($"There is no timer function {name}.", nameof(name));

    public void Dispose()
    {
        _stopping.Dispose();
        foreach (var (run, _) in _timers.Values) run.Dispose();
    }

    private async Task LoopAsync(TimerRun run, TimerTriggerAttribute trigger)
    {
        var name = run.Function.Name;
        try
        {
            if (_settings.IsDisabled(name) || Schedule(name, trigger) is not { } schedule) return;
            var isMonitored = trigger.UseMonitor && schedule.CanBeMonitored(_time.GetUtcNow());
            var loop = new TimerLoop(run, schedule, isMonitored, _statuses, _time, _log);
            await loop.RunAsync(trigger.RunOnStartup, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            Log.Stopped(_log, name);
        }
        catch (Exception fault)
        {
            Log.Broken(_log, name, fault);
        }
    }

    // As in the real host: a schedule that cannot be read disables its function, and the host runs on.
    private TimerSchedule? Schedule(string name, TimerTriggerAttribute trigger)
    {
        if (!_settings.TryResolve(trigger.Schedule, out var text))
        {
            Log.Unresolved(_log, name, trigger.Schedule);
            return null;
        }

        try
        {
            return TimerSchedule.Parse(text);
        }
        catch (FormatException)
        {
            Log.Unreadable(_log, name, text);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Timer {Name} has stopped.")]
        public static partial void Stopped(ILogger log, string name);

        [LoggerMessage(LogLevel.Critical, "Timer {Name} fires no more: its status cannot be kept.")]
        public static partial void Broken(ILogger log, string name, Exception fault);

        [LoggerMessage(LogLevel.Error, "Function {Name} is in error: {Schedule} names a setting that is not there.")]
        public static partial void Unresolved(ILogger log, string name, string schedule);

        [LoggerMessage(LogLevel.Error, "Function {Name} is in error: its schedule '{Schedule}' cannot be read.")]
        public static partial void Unreadable(ILogger log, string name, string schedule);
    }
}

/// <summary>Serves functions with a timer trigger.</summary>
internal static class TimerTriggers
{
    public static IServiceCollection AddTimerTriggers(this IServiceCollection services) =>
        services
            .AddSingleton<TimerListener>()
            .AddSingleton<IHostedService>(provider => provider.GetRequiredService<TimerListener>());
}
