using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Amqp;
using Amqp.Handler;
using Amqp.Listener;
using Microsoft.Extensions.Logging;
using EventId = Amqp.Handler.EventId;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Listens for AMQP 1.0 on the loopback addresses.
/// Its port is taken at once, clients are served when opened.</summary>
internal sealed partial class AmqpListener : IAsyncDisposable
{
    private const string Scheme = "shim";
    // An open port is no reason to wait for ever for somebody to say who he is.
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(30);

    private readonly List<TcpListener> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private Transports? _transports;
    private ContainerHost? _container;

    /// <param name="port">0 takes a free one.</param>
    /// <exception cref="LocalHostException">The port is taken.</exception>
    public AmqpListener(int port)
    {
        try
        {
            _sockets.Add(Bind(IPAddress.Loopback, port));
            Port = ((IPEndPoint)_sockets[0].LocalEndpoint).Port;
            // Some clients try ::1 first for localhost.
            if (Socket.OSSupportsIPv6) _sockets.Add(Bind(IPAddress.IPv6Loopback, Port));
        }
        catch (SocketException fault) when (_sockets.Count == 0)
        {
            throw new LocalHostException($"Port {port}, which Service Bus needs, is taken: {fault.Message}.", fault);
        }
        catch (SocketException fault)
        {
            NoIpv6 = fault;
        }
    }

    public int Port { get; }

    /// <summary>Why ::1 is not served; null when it is.</summary>
    public SocketException? NoIpv6 { get; }

    /// <summary>Begins to serve links.</summary>
    public void Open(ILinkProcessor links, ILogger logger)
    {
        if (NoIpv6 is not null) Log.NoIpv6(logger, NoIpv6.Message);
        _transports = new Transports();
        _container = new ContainerHost(new Address("localhost", Port, null, null, "/", Scheme));
        _container.CustomTransports[Scheme] = _transports;
        foreach (var listener in _container.Listeners) listener.HandlerFactory = _ => new DeliveryTags();
        _container.RegisterLinkProcessor(links);
        _container.Open();
        _loops.AddRange(_sockets.Select(s => Task.Run(() => AcceptAsync(s, logger))));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var socket in _sockets) socket.Dispose();
        await Task.WhenAll(_loops);
        _container?.Close();
        _transports?.CloseAll();
        _stop.Dispose();
    }

    private static TcpListener Bind(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        listener.Start();
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener, ILogger logger)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                _ = Task.Run(() => GreetAsync(socket, logger));
            }
            catch (Exception fault) when (
                fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                Log.AcceptEnded(logger, fault.Message);
            }
        }
    }

    private async Task GreetAsync(Socket socket, ILogger logger)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(HandshakeLimit);
            _transports!.Add(await AmqpTransport.AcceptAsync(socket, limit.Token));
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or InvalidDataException)
        {
            Log.NoHandshake(logger, fault.Message);
        }
    }

    /// <summary>Hands accepted connections to AMQPNetLite.</summary>
    private sealed class Transports : TransportProvider
    {
        // Never completed: AMQPNetLite asks again at once after a fault, without an end.
        private readonly Channel<IAsyncTransport> _accepted = Channel.CreateUnbounded<IAsyncTransport>();
        private readonly List<AmqpTransport> _all = [];

        public void Add(AmqpTransport transport)
        {
            lock (_all) _all.Add(transport);
            _accepted.Writer.TryWrite(transport);
        }

        public void CloseAll()
        {
            lock (_all) _all.ForEach(t => t.Close());
        }

        public override Task<IAsyncTransport> CreateAsync(Address address) => _accepted.Reader.ReadAsync().AsTask();
    }

    /// <summary>Writes the lock token as the delivery tag, where clients look for it.</summary>
    private sealed class DeliveryTags : IHandler
    {
        public bool CanHandle(EventId id) => id == EventId.SendDelivery;

        public void Handle(Event protocolEvent)
        {
            if (protocolEvent.Context is IDelivery { Message: OutgoingMessage message } delivery)
                delivery.Tag = message.LockToken.ToByteArray();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Service Bus listens on 127.0.0.1 only: {Fault}")]
        public static partial void NoIpv6(ILogger logger, string fault);

        [LoggerMessage(LogLevel.Debug, "Service Bus stopped accepting: {Fault}")]
        public static partial void AcceptEnded(ILogger logger, string fault);

        [LoggerMessage(LogLevel.Debug, "A connection to Service Bus ended before its AMQP header: {Fault}")]
        public static partial void NoHandshake(ILogger logger, string fault);
    }
}

/// <summary>A message on its way to a receiver, with the token that settles it.</summary>
internal sealed class OutgoingMessage : Message
{
    public Guid LockToken { get; set; }
}
