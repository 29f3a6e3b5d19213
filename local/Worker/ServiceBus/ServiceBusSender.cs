using Amqp;
using Amqp.Framing;
using CustomerFunctions.Local.Worker;

namespace Azure.Messaging.ServiceBus;

/// <summary>Sends messages to one queue or topic. Safe for use from several threads.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    private readonly ServiceBusClient? _client;
    private readonly SemaphoreSlim _turn = new(1);
    private SenderLink? _link;
    private long _bytesMax;

    protected ServiceBusSender()
    {
    }

    protected internal ServiceBusSender(ServiceBusClient client, string queueOrTopicName)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(queueOrTopicName);
        _client = client;
        EntityPath = queueOrTopicName;
        FullyQualifiedNamespace = client.FullyQualifiedNamespace;
        Identifier = $"{queueOrTopicName}-{Guid.NewGuid()}";
    }

    public virtual string FullyQualifiedNamespace { get; } = "";

    public virtual string EntityPath { get; } = "";

    public virtual string Identifier { get; } = "";

    public virtual bool IsClosed { get; private set; }

    private ServiceBusClient Client => _client ?? throw new InvalidOperationException("This sender is a mock.");

    /// <summary>Sends one message; ends when the service has it.</summary>
    /// <exception cref="ServiceBusException">It has it not, or perhaps; see IsTransient.</exception>
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendAsync(() => AmqpMessages.From(message), cancellationToken);
    }

    /// <summary>Sends several messages as one transfer.</summary>
    /// <exception cref="ServiceBusException">As for one; too many for one transfer is MessageSizeExceeded.</exception>
    public virtual async Task SendMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = messages.ToList();
        if (list.Count == 0) return;
        if (list.Count == 1)
        {
            await SendMessageAsync(list[0], cancellationToken);
            return;
        }

        List<byte[]> encoded = [.. list.Select(m => AmqpMessages.Encode(AmqpMessages.From(m)))];
        await SendAsync(() => AmqpMessages.Batch(encoded), cancellationToken);
    }

    /// <summary>Sends a batch as one transfer.</summary>
    /// <exception cref="ServiceBusException">As for one message.</exception>
    public virtual async Task SendMessagesAsync(
        ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messageBatch);
        if (messageBatch.Count > 0)
            await SendAsync(() => AmqpMessages.Batch(messageBatch.Encoded), cancellationToken);
    }

    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(
        CancellationToken cancellationToken = default) =>
        CreateMessageBatchAsync(new CreateMessageBatchOptions(), cancellationToken);

    /// <summary>A batch as large as the service takes, or smaller when asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More was asked for than the service takes.</exception>
    public virtual async ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(
        CreateMessageBatchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        await WithTriesAsync(async cancel => await OpenLinkAsync(cancel), cancellationToken);
        var wanted = options.MaxSizeInBytes ?? _bytesMax;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted, _bytesMax, nameof(options));
        return new ServiceBusMessageBatch(wanted);
    }

    public virtual async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        IsClosed = true;
        if (Interlocked.Exchange(ref _link, null) is { IsClosed: false } link) link.Close(TimeSpan.Zero);
        await Task.Yield();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    private Task SendAsync(Func<Message> make, CancellationToken cancel) =>
        WithTriesAsync(async limit =>
        {
            var link = await OpenLinkAsync(limit);
            KillPoints.Reach("messages-sending");
            var message = make();
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            link.Send(message, (_, _, outcome, _) => Settle(done, outcome), null);
            await done.Task.WaitAsync(limit);
            KillPoints.Reach("messages-sent");
        }, cancel);

    private static void Settle(TaskCompletionSource done, Outcome? outcome)
    {
        if (outcome is Accepted) done.TrySetResult();
        else if (outcome is Rejected { Error: { } error }) done.TrySetException(new AmqpException(error));
        else done.TrySetException(new AmqpException("amqp:link:detach-forced", "The link ended without an answer."));
    }

    private async Task<SenderLink> OpenLinkAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_link is { IsClosed: false } open) return open;
            var (link, bytesMax) = await Client.Connection.OpenSenderAsync(EntityPath, cancel);
            _bytesMax = bytesMax;
            return _link = link;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task WithTriesAsync(Func<CancellationToken, Task> step, CancellationToken cancel)
    {
        var retry = Client.Options.RetryOptions;
        for (var attempt = 0; ; attempt++)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            ObjectDisposedException.ThrowIf(Client.IsClosed, Client);
            var fault = await TryAsync(step, retry.TryTimeout, cancel);
            if (fault is null) return;
            if (fault is not ServiceBusException { IsTransient: true } || attempt >= retry.MaxRetries) throw fault;
            await Task.Delay(retry.Pause(attempt), cancel);
        }
    }

    private async Task<Exception?> TryAsync(
        Func<CancellationToken, Task> step, TimeSpan timeout, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            await step(limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return ServiceBusFaults.From(new TimeoutException(), EntityPath);
        }
        catch (Exception fault)
        {
            return ServiceBusFaults.From(fault, EntityPath);
        }
    }
}
