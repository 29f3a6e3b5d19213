using Amqp;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>A message that a function is to handle, with what settles it.</summary>
/// <param name="Message">The message with the service's annotations.</param>
/// <param name="LockToken">Names the lock.</param>
/// <param name="LockedUntil">When the lock ends unless renewed.</param>
internal sealed record TriggerMessage(Message Message, Guid LockToken, DateTimeOffset LockedUntil)
{
    /// <summary>Settles as done; false when the lock is lost.</summary>
    public required Func<Task<bool>> CompleteAsync { get; init; }

    /// <summary>Gives back as failed; false when the lock is lost.</summary>
    public required Func<Task<bool>> AbandonAsync { get; init; }

    /// <summary>Starts the lock anew and says until when; null when it is lost.</summary>
    public required Func<Task<DateTimeOffset?>> RenewAsync { get; init; }
}

/// <summary>Where a function's messages come from.</summary>
internal interface ITriggerSource
{
    /// <summary>Takes messages, at most so many at a time, until cancelled; then waits for those in hand.</summary>
    Task RunAsync(int callsMax, Func<TriggerMessage, Task> handle, CancellationToken cancel);
}

/// <summary>Messages of an entity of this host, without a detour over AMQP.</summary>
internal sealed class LocalSource(Broker broker, BusEntity entity) : ITriggerSource
{
    private int _inHand;

    public async Task RunAsync(int callsMax, Func<TriggerMessage, Task> handle, CancellationToken cancel)
    {
        await broker.BeginAsync().WaitAsync(cancel);
        var idle = new SemaphoreSlim(0);
        BusConsumer? consumer = null;
        consumer = new BusConsumer(locked =>
        {
            if (cancel.IsCancellationRequested) return false;
            Interlocked.Increment(ref _inHand);
            _ = Task.Run(async () =>
            {
                await handle(Wrap(locked));
                entity.Grant(consumer!, 1);
                if (Interlocked.Decrement(ref _inHand) == 0) idle.Release();
            });
            return true;
        });
        entity.Attach(consumer);
        entity.Grant(consumer, callsMax);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        entity.Detach(consumer);
        while (Volatile.Read(ref _inHand) > 0) await idle.WaitAsync(CancellationToken.None);
    }

    private TriggerMessage Wrap(LockedMessage locked) => new(
        BusPayload.ForReceiver<Message>(locked.Message, entity.Path, locked.Until), locked.Token, locked.Until)
    {
        CompleteAsync = () => entity.CompleteAsync(locked.Token),
        AbandonAsync = () => entity.AbandonAsync(locked.Token, BusPayload.ReadChanges(null)),
        RenewAsync = () => Task.FromResult(entity.Renew(locked.Token)),
    };
}
