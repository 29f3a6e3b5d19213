using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <summary>Runs an orchestrator from the start against its history, then against what is new. It stores nothing.
/// </summary>
/// <param name="identity">Which orchestration.</param>
/// <param name="converter">The app's serializer.</param>
/// <param name="loggers">The app's loggers.</param>
/// <param name="code">Calls the orchestrator function; gives back what it returned.</param>
/// <param name="strayed">Called when the code turns out, too late for this run, to await something not durable.</param>
internal sealed class OrchestrationReplay(
    Identity identity,
    DataConverter converter,
    ILoggerFactory loggers,
    Func<TaskOrchestrationContext, Task<object?>> code,
    Action strayed)
{
    /// <summary>Longest custom status, in bytes of UTF-16, as the real extension has it.</summary>
    public const int CustomStatusMax = 16 * 1024;

    public const string InvalidAwait =
        "An invalid asynchronous invocation was detected: the orchestrator, or middleware before it, awaited "
        + "something that is not a durable task.";

    private readonly ReplayContext _context = new(identity, converter, loggers);
    private Task<object?>? _running;
    private Terminated? _terminated;

    /// <summary>Plays stored history, then the new events.</summary>
    public Outcome Run(IReadOnlyList<HistoryEvent> stored, IReadOnlyList<HistoryEvent> fresh)
    {
        var pump = new ReplayPump(strayed);
        var fault = Catch(() =>
        {
            _context.Replaying = true;
            Play(pump, stored);
            _context.ExpectNothingAsked();
            _context.Replaying = false;
            Play(pump, fresh);
        });
        var ending = Ending(pump, fault);
        pump.Close();
        if (ending is null) Watch();
        return new Outcome(
            fault is null && _terminated is null ? [.. _context.Asked] : [],
            ending,
            _context.CustomStatus?.Length * sizeof(char) > CustomStatusMax ? null : _context.CustomStatus,
            _context.OpenTimers);
    }

    private void Play(ReplayPump pump, IReadOnlyList<HistoryEvent> events)
    {
        foreach (var next in events)
        {
            Apply(pump, next);
            if (_terminated is not null) return;
        }
    }

    private void Apply(ReplayPump pump, HistoryEvent next)
    {
        switch (next)
        {
            case EpisodeStarted episode:
                _context.ExpectNothingAsked();
                _context.Clock = episode.At;
                break;
            case ExecutionStarted started:
                _context.Input = started.Input;
                pump.Run(() => _running = Start());
                break;
            case OrchestratorAction action:
                _context.Confirm(action);
                break;
            case TaskCompleted done:
                pump.Run(() => _context.Complete(done.Id, done.Result));
                break;
            case TaskFailed failed:
                pump.Run(() => _context.Fail(failed.Id, failed.Failure));
                break;
            case TimerFired fired:
                pump.Run(() => _context.Complete(fired.Id, null));
                break;
            case EventRaised raised:
                pump.Run(() => _context.Raise(raised));
                break;
            case Terminated terminated:
                _terminated = terminated;
                break;
        }
    }

    private Ending? Ending(ReplayPump pump, Exception? fault)
    {
        if (_terminated is not null) return new Ending.TerminatedByRequest(_terminated.Output);
        if (fault is not null) return Failed(fault);
        if (_running is null) return null;
        if (pump.Strayed || (!_running.IsCompleted && !_context.Waits))
            return Failed(new InvalidOperationException(InvalidAwait));
        if (_context.CustomStatus?.Length * sizeof(char) > CustomStatusMax)
            return Failed(new InvalidOperationException("The custom status is over 16 kB."));
        if (!_running.IsCompleted) return null;
        return _running.IsCompletedSuccessfully
            ? Returned(_running.Result)
            : Failed(_running.Exception?.InnerException ?? new TaskCanceledException(_running));
    }

    // An own async method, so that a fault before the first await is a failed task as well.
    private async Task<object?> Start() => await code(_context);

    private Ending Returned(object? value)
    {
        if (_context.Restart is { } restart)
            return new Ending.ContinuedAsNew(restart.Input, restart.KeepEvents ? [.. _context.Buffered] : []);
        string? text = null;
        var fault = Catch(() => text = converter.Serialize(value));
        return fault is null ? new Ending.Returned(Payload.Of(text)) : Failed(fault);
    }

    private static Ending.Failed Failed(Exception thrown) =>
        new($"{thrown.GetType()}: {thrown.Message}", Failure.OfOrchestrator(thrown));

    // An execution that waits for durable tasks can end by itself only through an await that no replay repeats.
    private void Watch() => _running?.ContinueWith(
        static (_, stray) => ((Action)stray!)(), strayed, CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    // Nothing here does I/O: whatever is thrown (history that does not fit, a payload that does not read as its type)
    // would be thrown again by each replay, so it fails the orchestration.
    private static Exception? Catch(Action play)
    {
        try
        {
            play();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
