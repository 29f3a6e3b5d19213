using System.Globalization;
using System.Text.Json;
using CustomerFunctions.Local.Host.Functions;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Local.Host.Timers;

/// <summary>Calls one timer function, never twice at a time.</summary>
internal sealed class TimerRun(FunctionEntry function, IFunctionInvoker invoker, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public FunctionEntry Function => function;

    /// <summary>Waits for a run that is under way, then runs. The function's exception comes out.</summary>
    /// <param name="status">What to tell of the schedule; null for one that is not monitored.</param>
    /// <param name="isPastDue">Whether this run makes up for one that was missed.</param>
    public async Task FireAsync(TimerStatus? status, bool isPastDue, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            var now = time.GetUtcNow().DateTime.ToString(CultureInfo.InvariantCulture);
            var data = new Dictionary<string, object?> { ["TimerTrigger"] = now };
            await invoker.InvokeAsync(new(function, Info(status, isPastDue), data), cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // JSON, because a string parameter receives it too.
    private static string Info(TimerStatus? status, bool isPastDue) => JsonSerializer.Serialize(new
    {
        Schedule = new { AdjustForDST = true },
        ScheduleStatus = status is null ? null : new ScheduleStatus
        {
            Last = status.Last?.UtcDateTime ?? default,
            Next = status.Next.UtcDateTime,
            LastUpdated = status.Updated.UtcDateTime,
        },
        IsPastDue = isPastDue,
    });
}
