using System.Collections.Immutable;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>The state of one queue, subscription or dead-letter queue: what waits, what is locked, until when.
/// No clock, no storage, no threads: callers hand in the instant and keep two calls apart.</summary>
/// <param name="lockFor">How long a receiver may hold a message.</param>
/// <param name="deliveriesMax">Failed deliveries after which a message is dead; null for never.</param>
internal sealed class BusQueue(TimeSpan lockFor, int? deliveriesMax)
{
    private readonly SortedDictionary<long, BusMessage> _waiting = [];
    private readonly SortedDictionary<long, BusMessage> _scheduled = [];
    private readonly SortedDictionary<long, BusMessage> _deferred = [];
    private readonly Dictionary<Guid, LockedMessage> _locked = [];
    // May name locks that were settled or renewed since; those are passed over.
    private readonly PriorityQueue<Guid, DateTimeOffset> _lockEnds = new();
    private readonly PriorityQueue<long, DateTimeOffset> _due = new();

    /// <summary>All messages here, whatever their state.</summary>
    public int Count => _waiting.Count + _scheduled.Count + _deferred.Count + _locked.Count;

    /// <summary>Whether a receiver would get something now.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    /// <summary>The next instant at which something changes by itself.</summary>
    public DateTimeOffset? NextDue => Earlier(
        _lockEnds.TryPeek(out _, out var lockEnd) ? lockEnd : null, _due.TryPeek(out _, out var due) ? due : null);

    /// <summary>Takes a stored message in.</summary>
    public void Put(BusMessage message)
    {
        if (message.IsDeferred)
        {
            _deferred.Add(message.Sequence, message);
        }
        else if (message.ScheduledAt is { } at)
        {
            _scheduled.Add(message.Sequence, message);
            _due.Enqueue(message.Sequence, at);
        }
        else
        {
            _waiting.Add(message.Sequence, message);
        }
    }

    /// <summary>Hands out the oldest waiting message under a lock; null when none waits.</summary>
    public LockedMessage? Lock(DateTimeOffset now)
    {
        if (_waiting.Count == 0) return null;
        var message = _waiting.First().Value;
        _waiting.Remove(message.Sequence);
        return Hold(message, now);
    }

    /// <summary>Hands out deferred messages by number; those that are not there are left out.</summary>
    public IReadOnlyList<LockedMessage> LockDeferred(IEnumerable<long> sequences, DateTimeOffset now) =>
        [.. from sequence in sequences
            where _deferred.ContainsKey(sequence)
            select Hold(Taken(_deferred, sequence), now)];

    /// <summary>Ends a message's life here. Null when the lock is lost.</summary>
    public BusMessage? Complete(Guid token, DateTimeOffset now) => Settle(token, now);

    /// <summary>Gives a message back after a failed delivery. Null when the lock is lost.</summary>
    public Returned? Abandon(Guid token, IReadOnlyDictionary<string, object?> changes, DateTimeOffset now) =>
        Settle(token, now) is { } message ? Fail(Changed(message, changes)) : null;

    /// <summary>Gives a message back that nobody tried to handle; no failure is counted.</summary>
    public void Release(Guid token)
    {
        if (_locked.Remove(token, out var held)) PutBack(held.Message);
    }

    /// <summary>Takes a message out for the dead-letter queue. Null when the lock is lost.</summary>
    public BusMessage? DeadLetter(Guid token, IReadOnlyDictionary<string, object?> changes, DateTimeOffset now) =>
        Settle(token, now) is { } message ? Changed(message, changes) : null;

    /// <summary>Sets a message aside. Null when the lock is lost.</summary>
    public BusMessage? Defer(Guid token, IReadOnlyDictionary<string, object?> changes, DateTimeOffset now)
    {
        if (Settle(token, now) is not { } message) return null;
        var deferred = Changed(message, changes) with { IsDeferred = true };
        Put(deferred);
        return deferred;
    }

    /// <summary>Starts the lock anew and says until when. Null when it is lost.</summary>
    public DateTimeOffset? Renew(Guid token, DateTimeOffset now)
    {
        if (!_locked.TryGetValue(token, out var held) || held.Until <= now) return null;
        return Hold(held.Message, now, token).Until;
    }

    /// <summary>Takes a scheduled message out. Null when it is not there or already visible.</summary>
    public BusMessage? Cancel(long sequence) =>
        _scheduled.Remove(sequence, out var message) ? message : null;

    /// <summary>Messages from a number on, in order, without locking them.</summary>
    public IReadOnlyList<BusMessage> Peek(long fromSequence, int countMax) =>
        [.. _waiting.Values.Concat(_scheduled.Values).Concat(_deferred.Values)
            .Concat(_locked.Values.Select(l => l.Message))
            .Where(m => m.Sequence >= fromSequence).OrderBy(m => m.Sequence).Take(countMax)];

    /// <summary>Makes due messages visible and gives lapsed ones back; says what changed in those.</summary>
    public IReadOnlyList<Returned> Advance(DateTimeOffset now)
    {
        while (_due.TryPeek(out var sequence, out var at) && at <= now)
        {
            _due.Dequeue();
            if (_scheduled.Remove(sequence, out var message)) Put(message with { ScheduledAt = null });
        }

        var returned = new List<Returned>();
        while (_lockEnds.TryPeek(out var token, out var end) && end <= now)
        {
            _lockEnds.Dequeue();
            if (!_locked.TryGetValue(token, out var held) || held.Until > now) continue;
            _locked.Remove(token);
            returned.Add(Fail(held.Message));
        }

        return returned;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) =>
        a is null || b < a ? b : a;

    private static BusMessage Taken(SortedDictionary<long, BusMessage> from, long sequence)
    {
        from.Remove(sequence, out var message);
        return message!;
    }

    private static BusMessage Changed(BusMessage message, IReadOnlyDictionary<string, object?> changes) =>
        changes.Count == 0 ? message : message with { Overlay = message.Overlay.SetItems(changes) };

    private LockedMessage Hold(BusMessage message, DateTimeOffset now, Guid? token = null)
    {
        var held = new LockedMessage(message, token ?? Guid.NewGuid(), now + lockFor);
        _locked[held.Token] = held;
        _lockEnds.Enqueue(held.Token, held.Until);
        return held;
    }

    private BusMessage? Settle(Guid token, DateTimeOffset now)
    {
        if (!_locked.TryGetValue(token, out var held) || held.Until <= now) return null;
        _locked.Remove(token);
        return held.Message;
    }

    private Returned Fail(BusMessage message)
    {
        var failed = message with { Failures = message.Failures + 1 };
        if (failed.Failures >= deliveriesMax)
        {
            var overlay = failed.Overlay.SetItems(DeadLetterReasons.TooMany(failed));
            return new Returned(failed with { Overlay = overlay }, true);
        }

        PutBack(failed);
        return new Returned(failed, false);
    }

    private void PutBack(BusMessage message) => Put(message with { ScheduledAt = null });
}

/// <summary>The application properties of a dead-lettered message.</summary>
internal static class DeadLetterReasons
{
    public const string Reason = "DeadLetterReason";
    public const string Description = "DeadLetterErrorDescription";

    /// <summary>What the real service writes when deliveries run out.</summary>
    public static ImmutableDictionary<string, object?> TooMany(BusMessage message) =>
        ImmutableDictionary<string, object?>.Empty
            .Add(Reason, "MaxDeliveryCountExceeded")
            .Add(Description, $"Message could not be consumed after {message.Failures} delivery attempts.");
}
