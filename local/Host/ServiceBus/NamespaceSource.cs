using System.Threading.Channels;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Messages of an entity of another namespace, over AMQP; the link is opened anew whenever it ends.</summary>
internal sealed partial class NamespaceSource(
    ServiceBusAddress address, string path, TimeProvider time, ILoggerFactory loggers) : ITriggerSource
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger<NamespaceSource>();

    public async Task RunAsync(int callsMax, Func<TriggerMessage, Task> handle, CancellationToken cancel)
    {
        await using var connection = new ServiceBusConnection(address, time);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await ReceiveAsync(connection, callsMax, handle, cancel);
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                Log.Lost(_logger, path, fault.Message);
                await Task.Delay(Pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                Log.Stopped(_logger, path);
            }
        }
    }

    private async Task ReceiveAsync(
        ServiceBusConnection connection, int callsMax, Func<TriggerMessage, Task> handle, CancellationToken cancel)
    {
        var link = await connection.OpenReceiverAsync(path, cancel);
        var requests = await connection.OpenRequestsAsync($"{path}/$management", path, cancel);
        var inbox = Channel.CreateUnbounded<Message>();
        link.AddClosedCallback((_, error) => inbox.Writer.TryComplete(new AmqpException(
            error ?? new Error(new Symbol("amqp:connection:forced")) { Description = "The connection was closed." })));
        link.Start(callsMax, (_, message) => inbox.Writer.TryWrite(message));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var workers = Enumerable.Range(0, callsMax)
            .Select(_ => Task.Run(
                () => WorkAsync(inbox.Reader, link, requests, handle, cancel), CancellationToken.None))
            .ToList();
        var tokens = RefreshAsync(connection, ended.Token);
        await Task.WhenAll(workers);
        await ended.CancelAsync();
        await tokens.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WorkAsync(
        ChannelReader<Message> inbox, ReceiverLink link, RequestChannel requests, Func<TriggerMessage, Task> handle,
        CancellationToken cancel)
    {
        await foreach (var message in inbox.ReadAllAsync(cancel)) await handle(Wrap(message, link, requests));
    }

    private async Task RefreshAsync(ServiceBusConnection connection, CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(ServiceBusConnection.TokenRefresh, time, cancel);
            await connection.AuthoriseAsync(path, cancel);
        }
    }

    private TriggerMessage Wrap(Message message, ReceiverLink link, RequestChannel requests)
    {
        var token = new Guid(message.DeliveryTag);
        var until = message.MessageAnnotations?[new Symbol("x-opt-locked-until")] is DateTime at
            ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))
            : time.GetUtcNow();
        return new TriggerMessage(message, token, until)
        {
            CompleteAsync = () => Settle(link, () => link.Accept(message)),
            AbandonAsync = () => Settle(link, () => link.Modify(message, deliveryFailed: true)),
            RenewAsync = () => RenewAsync(requests, token),
        };
    }

    private static Task<bool> Settle(ReceiverLink link, Action settle)
    {
        if (link.IsClosed) return Task.FromResult(false);
        settle();
        return Task.FromResult(true);
    }

    private static async Task<DateTimeOffset?> RenewAsync(RequestChannel requests, Guid token)
    {
        var request = new Message(new Map { ["lock-tokens"] = new[] { token } })
        {
            ApplicationProperties = new ApplicationProperties { ["operation"] = "com.microsoft:renew-lock" },
        };
        try
        {
            var answer = await requests.AskAsync(request, CancellationToken.None);
            var ends = (DateTime[])((Map)answer.Body)["expirations"];
            return new DateTimeOffset(DateTime.SpecifyKind(ends[0], DateTimeKind.Utc));
        }
        catch (AmqpException)
        {
            // Lost, as the answer says; the settlement will tell.
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Receiving from {Path} ended and is tried again: {Fault}")]
        public static partial void Lost(ILogger logger, string path, string fault);

        [LoggerMessage(LogLevel.Debug, "Stopped receiving from {Path}")]
        public static partial void Stopped(ILogger logger, string path);
    }
}
