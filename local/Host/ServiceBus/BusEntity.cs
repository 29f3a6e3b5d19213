using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>A queue, subscription or dead-letter queue at work: its state, its storage and its receivers.
/// One loop hands messages out, so that receivers get them in order.</summary>
internal sealed partial class BusEntity
{
    private readonly Lock _gate = new();
    private readonly BusQueue _queue;
    private readonly string _slot;
    private readonly BusPartition _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<BusConsumer> _consumers = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private int _turn;

    /// <param name="deadLetters">Where dead messages go; null when this is that place.</param>
    public BusEntity(
        string path, BusQueue queue, BusPartition store, BusEntity? deadLetters, TimeProvider time, ILogger logger)
    {
        Path = path;
        DeadLetters = deadLetters;
        _queue = queue;
        _slot = deadLetters is null ? BusRows.Dead : BusRows.Live;
        _store = store;
        _time = time;
        _logger = logger;
    }

    public string Path { get; }

    public BusEntity? DeadLetters { get; }

    public int Count
    {
        get
        {
            lock (_gate) return _queue.Count;
        }
    }

    /// <summary>Stores messages and makes them visible; ends when they are durable.</summary>
    public async Task<IReadOnlyList<long>> AddAsync(
        IReadOnlyList<(byte[] Payload, DateTimeOffset? ScheduledAt)> messages, CancellationToken cancel)
    {
        var blobs = new string?[messages.Count];
        for (var i = 0; i < blobs.Length; i++) blobs[i] = await _store.SpillAsync(messages[i].Payload, cancel);
        var now = _time.GetUtcNow();
        var added = messages.Select((m, i) => new BusMessage(_store.TakeSequence(), m.Payload, now)
        {
            ScheduledAt = m.ScheduledAt > now ? m.ScheduledAt : null,
            Blob = blobs[i],
        }).ToList();
        await _store.WriteAsync([.. added.Select(m => new StoreChange(_slot, m))]);
        Put(added);
        return [.. added.Select(m => m.Sequence)];
    }

    /// <summary>Takes in what is stored already.</summary>
    public void Put(IEnumerable<BusMessage> messages)
    {
        lock (_gate)
            foreach (var message in messages) _queue.Put(message);
        Wake();
    }

    /// <summary>Ends a message; false when its lock is lost.</summary>
    public async Task<bool> CompleteAsync(Guid token)
    {
        BusMessage? message;
        lock (_gate) message = _queue.Complete(token, _time.GetUtcNow());
        if (message is null) return false;
        await _store.WriteAsync([new StoreChange(_slot, message, Removes: true, DropsBlob: true)]);
        return true;
    }

    /// <summary>Gives a message back as failed; false when its lock is lost.</summary>
    public async Task<bool> AbandonAsync(Guid token, ImmutableDictionary<string, object?> changes)
    {
        Returned? returned;
        lock (_gate) returned = _queue.Abandon(token, changes, _time.GetUtcNow());
        if (returned is null) return false;
        var stored = StoreReturnedAsync(returned);
        Wake();
        await stored;
        return true;
    }

    /// <summary>Moves a message to the dead-letter queue; false when its lock is lost.</summary>
    public async Task<bool> DeadLetterAsync(Guid token, ImmutableDictionary<string, object?> changes)
    {
        if (DeadLetters is null) return await AbandonAsync(token, changes);
        BusMessage? message;
        lock (_gate) message = _queue.DeadLetter(token, changes, _time.GetUtcNow());
        if (message is null) return false;
        await BuryAsync(message);
        return true;
    }

    /// <summary>Sets a message aside; false when its lock is lost.</summary>
    public async Task<bool> DeferAsync(Guid token, ImmutableDictionary<string, object?> changes)
    {
        BusMessage? message;
        lock (_gate) message = _queue.Defer(token, changes, _time.GetUtcNow());
        if (message is null) return false;
        await _store.WriteAsync([new StoreChange(_slot, message)]);
        return true;
    }

    /// <summary>Gives a message back as never tried.</summary>
    public void Release(Guid token)
    {
        lock (_gate) _queue.Release(token);
        Wake();
    }

    public DateTimeOffset? Renew(Guid token)
    {
        DateTimeOffset? until;
        lock (_gate) until = _queue.Renew(token, _time.GetUtcNow());
        Wake();
        return until;
    }

    public IReadOnlyList<LockedMessage> LockDeferred(IEnumerable<long> sequences)
    {
        IReadOnlyList<LockedMessage> locked;
        lock (_gate) locked = _queue.LockDeferred(sequences, _time.GetUtcNow());
        Wake();
        return locked;
    }

    public IReadOnlyList<BusMessage> Peek(long fromSequence, int countMax)
    {
        lock (_gate) return _queue.Peek(fromSequence, countMax);
    }

    /// <summary>Takes scheduled messages back; false when one of them is not there any more.</summary>
    public async Task<bool> CancelAsync(IReadOnlyList<long> sequences)
    {
        List<BusMessage> cancelled;
        lock (_gate) cancelled = [.. sequences.Select(_queue.Cancel).OfType<BusMessage>()];
        await _store.WriteAsync([.. cancelled.Select(m => new StoreChange(_slot, m, Removes: true, DropsBlob: true))]);
        return cancelled.Count == sequences.Count;
    }

    public void Attach(BusConsumer consumer)
    {
        lock (_gate) _consumers.Add(consumer);
        Wake();
    }

    public void Detach(BusConsumer consumer)
    {
        lock (_gate) _consumers.Remove(consumer);
    }

    /// <summary>Lets a receiver have more messages, or with a negative number fewer.</summary>
    public void Grant(BusConsumer consumer, int messages, bool drain = false)
    {
        lock (_gate)
        {
            // A drain that grants nothing new takes back what was granted.
            consumer.Credit = drain && messages <= 0 ? 0 : Math.Max(0, consumer.Credit + messages);
            consumer.IsDraining = drain;
        }

        Wake();
    }

    /// <summary>The loop that hands messages out and watches locks and schedules.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var alarm = _time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                await StoreReturnedAsync(Advance());
                while (TryHandOut(out var consumer, out var message)) Deliver(consumer, message);
                foreach (var consumer in TakeDrained()) consumer.Drained();
                SetAlarm(alarm);
                await _wake.Reader.ReadAsync(cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Log.Stopped(_logger, Path);
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private IReadOnlyList<Returned> Advance()
    {
        lock (_gate) return _queue.Advance(_time.GetUtcNow());
    }

    private bool TryHandOut(out BusConsumer consumer, out LockedMessage message)
    {
        lock (_gate)
        {
            message = null!;
            consumer = NextReady()!;
            if (consumer is null || _queue.Lock(_time.GetUtcNow()) is not { } locked) return false;
            message = locked;
            consumer.Credit--;
            return true;
        }
    }

    private BusConsumer? NextReady()
    {
        for (var i = 0; i < _consumers.Count; i++)
        {
            var candidate = _consumers[(_turn + i) % _consumers.Count];
            if (candidate.Credit <= 0) continue;
            _turn = (_turn + i + 1) % _consumers.Count;
            return candidate;
        }

        return null;
    }

    private void Deliver(BusConsumer consumer, LockedMessage message)
    {
        try
        {
            if (consumer.Deliver(message)) return;
        }
        catch (Exception fault)
        {
            // A link that closed meanwhile; others shall have the message.
            Log.DeliveryFailed(_logger, fault, Path);
        }

        Detach(consumer);
        Release(message.Token);
    }

    private List<BusConsumer> TakeDrained()
    {
        lock (_gate)
        {
            var drained = _consumers.Where(c => c.IsDraining).ToList();
            foreach (var consumer in drained) (consumer.Credit, consumer.IsDraining) = (0, false);
            return drained;
        }
    }

    private void SetAlarm(ITimer alarm)
    {
        DateTimeOffset? due;
        lock (_gate) due = _queue.NextDue;
        if (due is null) return;
        var wait = due.Value - _time.GetUtcNow();
        // A timer takes at most some 49 days; a schedule further away is looked at again by then.
        var bounded = TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, TimeSpan.TicksPerDay));
        alarm.Change(bounded, Timeout.InfiniteTimeSpan);
    }

    private Task StoreReturnedAsync(IEnumerable<Returned> returned) =>
        Task.WhenAll(returned.Select(StoreReturnedAsync));

    private Task StoreReturnedAsync(Returned returned) => returned.IsDead && DeadLetters is not null
        ? BuryAsync(returned.Message)
        : _store.WriteAsync([new StoreChange(_slot, returned.Message)]);

    private async Task BuryAsync(BusMessage message)
    {
        var dead = message with { Failures = 0, IsDeferred = false, ScheduledAt = null };
        await _store.WriteAsync(
            [new StoreChange(_slot, message, Removes: true), new StoreChange(BusRows.Dead, dead)]);
        DeadLetters!.Put([dead]);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Stopped handing out messages of {Path}")]
        public static partial void Stopped(ILogger logger, string path);

        [LoggerMessage(LogLevel.Debug, "A receiver of {Path} could not take a message; it goes back")]
        public static partial void DeliveryFailed(ILogger logger, Exception fault, string path);
    }
}
