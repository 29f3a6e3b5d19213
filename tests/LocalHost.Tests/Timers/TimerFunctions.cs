using System.Globalization;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Local.Host.Tests.Timers;

/// <summary>What timer functions leave behind, and where they wait.</summary>
public sealed class TimerProbe
{
    public Seen<string> Runs { get; } = new();

    /// <summary>What a run waits for before it ends.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public int Running { get; set; }

    public bool IsFailing { get; set; }
}

public sealed class EveryFiveMinutesFunctions(TimerProbe probe)
{
    [Function("EveryFiveMinutes")]
    public async Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer)
    {
        Assert.Equal(1, ++probe.Running);
        probe.Runs.Add(Text(timer));
        if (probe.Gate is { } gate) await gate.Task;
        probe.Running--;
        if (probe.IsFailing) throw new InvalidOperationException("on purpose");
    }

    private static string Text(TimerInfo timer) => timer.ScheduleStatus is { } status
        ? string.Create(CultureInfo.InvariantCulture,
            $"{status.Last:yyyy HH:mm} > {status.Next:HH:mm} {status.LastUpdated:HH:mm} {timer.IsPastDue}")
        : $"no status {timer.IsPastDue}";
}

public sealed class JsonTimerFunctions(TimerProbe probe)
{
    [Function("Json")]
    public void Run([TimerTrigger("%Every%")] string timer) => probe.Runs.Add(timer);
}

public sealed class StartupTimerFunctions(TimerProbe probe)
{
    [Function("OnStartup")]
    public void Run([TimerTrigger("0 0 * * *", RunOnStartup = true)] TimerInfo timer, FunctionContext context) =>
        probe.Runs.Add($"{timer.IsPastDue} {context.BindingContext.BindingData.ContainsKey("TimerTrigger")}");
}
