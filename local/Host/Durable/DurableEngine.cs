using System.Collections.Concurrent;
using System.Threading.Channels;
using CustomerFunctions.Local.Host.Durable.Running;
using CustomerFunctions.Local.Host.Durable.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Durable;

/// <summary>Runs orchestrations: after the start those left unfinished, then whichever gets a message.</summary>
internal sealed partial class DurableEngine : IHostedService, IDisposable
{
    // Pause before an orchestration whose episode could not be written is tried again.
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly Channel<Slot> _ready = Channel.CreateUnbounded<Slot>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly RunnerTools _tools;
    private readonly DurableLimits _limits;
    private readonly ILogger<DurableEngine> _log;
    private Task _running = Task.CompletedTask;

    public DurableEngine(RunnerTools tools, DurableLimits limits, Mailbox mailbox, ILogger<DurableEngine> log)
    {
        _tools = tools;
        _limits = limits;
        _log = log;
        mailbox.Posted += Deliver;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _tools.Storage.CreateAsync(cancellationToken);
        var workers = Enumerable.Range(0, _limits.Orchestrators).Select(_ => Task.Run(WorkAsync, _stopping.Token));
        _running = Task.WhenAll([.. workers, _tools.Activities.RunAsync(_limits.Activities, _stopping.Token)]);
        foreach (var id in await _tools.Storage.Index.UnfinishedAsync(cancellationToken)) Deliver(id, null);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _tools.Wakeups.Dispose();

        // An activity that does not heed its token is left to its lease.
        await _running.WaitAsync(StopLimit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private void Deliver(string instanceId, InboxMessage? message)
    {
        while (true)
        {
            var slot = _slots.GetOrAdd(instanceId, id => new Slot(new InstanceRunner(id, _tools, Wake)));
            lock (slot)
            {
                if (slot.Gone) continue;
                slot.Runner.Post(message);
                Queue(slot);
                return;
            }
        }
    }

    private void Wake(InstanceRunner runner)
    {
        if (!_slots.TryGetValue(runner.InstanceId, out var slot) || slot.Runner != runner) return;
        lock (slot) Queue(slot);
    }

    private void Queue(Slot slot)
    {
        if (slot.Queued || slot.Gone) return;
        slot.Queued = true;
        if (!slot.Busy) _ready.Writer.TryWrite(slot);
    }

    private async Task WorkAsync()
    {
        await foreach (var slot in _ready.Reader.ReadAllAsync(_stopping.Token))
        {
            lock (slot) (slot.Queued, slot.Busy) = (false, true);
            var done = await StepAsync(slot.Runner);
            lock (slot)
            {
                slot.Busy = false;
                if (slot.Queued) _ready.Writer.TryWrite(slot);
                else if (done) Remove(slot);
            }
        }
    }

    private void Remove(Slot slot)
    {
        slot.Gone = true;
        _slots.TryRemove(slot.Runner.InstanceId, out _);
    }

    private async Task<bool> StepAsync(InstanceRunner runner)
    {
        try
        {
            return await runner.StepAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception fault)
        {
            // Nothing was committed, or it was and the answer was lost: storage tells, after a pause.
            Log.EpisodeFault(_log, fault, runner.InstanceId);
            runner.Drop();
            _tools.Wakeups.At(runner.InstanceId, _tools.Time.GetUtcNow() + FaultPause, () => Wake(runner));
            return false;
        }
    }

    // All fields but the runner are read and written under the slot's own lock.
    private sealed class Slot(InstanceRunner runner)
    {
        public InstanceRunner Runner { get; } = runner;

        public bool Queued { get; set; }

        public bool Busy { get; set; }

        public bool Gone { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An episode of {InstanceId} could not be run and is tried again")]
        public static partial void EpisodeFault(ILogger log, Exception fault, string instanceId);
    }
}
