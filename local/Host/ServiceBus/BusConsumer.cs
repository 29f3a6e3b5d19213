namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>One receiver of a queue: a link of an AMQP client, or a function's pump.</summary>
/// <param name="deliver">Takes a locked message over; false or an exception gives it back uncounted.
/// Called by one thread at a time.</param>
/// <param name="drained">Called when a drain is through: no credit is left.</param>
internal sealed class BusConsumer(Func<LockedMessage, bool> deliver, Action? drained = null)
{
    /// <summary>Messages that the receiver is ready for.</summary>
    public int Credit { get; set; }

    /// <summary>Whether the receiver asked for what is there now, and the rest of its credit back.</summary>
    public bool IsDraining { get; set; }

    public bool Deliver(LockedMessage message) => deliver(message);

    public void Drained() => drained?.Invoke();
}
