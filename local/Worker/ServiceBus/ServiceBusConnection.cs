using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;

namespace CustomerFunctions.Local.Worker;

/// <summary>An AMQP connection to one namespace, opened when needed and opened anew when it was lost.
/// Everything here continues on the thread pool: who blocks AMQPNetLite's own threads stops its reading.</summary>
public sealed class ServiceBusConnection(ServiceBusAddress address, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(20);
    private static readonly Symbol Forced = new("amqp:connection:forced");

    private readonly SemaphoreSlim _turn = new(1);
    private Connection? _connection;
    private Session? _session;
    private TokenLinks? _tokens;

    /// <summary>How long before its end a token should be put anew.</summary>
    public static TimeSpan TokenRefresh => TokenLife - TimeSpan.FromMinutes(5);

    /// <summary>Opens a link to send over, with leave to use the entity.</summary>
    /// <exception cref="AmqpException">The entity refused.</exception>
    public async Task<(SenderLink Link, long BytesMax)> OpenSenderAsync(string entityPath, CancellationToken cancel)
    {
        var session = await AuthorisedSessionAsync(entityPath, cancel);
        var target = new Target { Address = entityPath };
        var bytesMax = 0UL;
        var link = await AttachAsync(
            attached => new SenderLink(session, LinkName(entityPath), target, (_, attach) =>
            {
                bytesMax = attach.MaxMessageSize;
                attached(attach.Target is not null);
            }),
            cancel);
        return (link, bytesMax is 0 or > long.MaxValue ? long.MaxValue : (long)bytesMax);
    }

    /// <summary>Opens a link to receive over under locks (peek-lock), with leave to use the entity.</summary>
    /// <exception cref="AmqpException">The entity refused.</exception>
    public async Task<ReceiverLink> OpenReceiverAsync(string entityPath, CancellationToken cancel)
    {
        var session = await AuthorisedSessionAsync(entityPath, cancel);
        var attach = new Attach
        {
            Source = new Source { Address = entityPath },
            Target = new Target(),
            SndSettleMode = SenderSettleMode.Unsettled,
            RcvSettleMode = ReceiverSettleMode.First,
        };
        return await AttachAsync(
            attached => new ReceiverLink(
                session, LinkName(entityPath), attach, (_, a) => attached(a.Source is not null)),
            cancel);
    }

    /// <summary>Puts a token for an entity; to be repeated while its links are in use.</summary>
    public async Task AuthoriseAsync(string entityPath, CancellationToken cancel) =>
        await AuthorisedSessionAsync(entityPath, cancel);

    /// <summary>Opens a request channel to a node such as <c>queue/$management</c>.</summary>
    public async Task<RequestChannel> OpenRequestsAsync(string node, string entityPath, CancellationToken cancel) =>
        await RequestsAsync(await AuthorisedSessionAsync(entityPath, cancel), node, cancel);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_connection is { IsClosed: false } open) await open.CloseAsync(TimeSpan.FromSeconds(5), null);
            await Task.Yield();
        }
        catch (Exception fault) when (fault is AmqpException or TimeoutException or OperationCanceledException)
        {
            // The peer is gone; so is the connection.
            _connection = null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string LinkName(string path) => $"{path}-{Guid.NewGuid():N}";

    private static async Task<TLink> AttachAsync<TLink>(Func<Action<bool>, TLink> make, CancellationToken cancel)
        where TLink : Link
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var link = make(accepted =>
        {
            // A refusal is an attach without a terminus, then a detach that says why.
            if (accepted) done.TrySetResult();
        });
        link.AddClosedCallback((_, error) => done.TrySetException(new AmqpException(
            error ?? new Error(Forced) { Description = "The connection was closed." })));
        await done.Task.WaitAsync(cancel);
        return link;
    }

    private static async Task<RequestChannel> RequestsAsync(Session session, string node, CancellationToken cancel)
    {
        var replyTo = Guid.NewGuid().ToString("N");
        var attach = new Attach { Source = new Source { Address = node }, Target = new Target { Address = replyTo } };
        var answers = await AttachAsync(
            attached => new ReceiverLink(session, LinkName(node), attach, (_, a) => attached(a.Source is not null)),
            cancel);
        var requests = await AttachAsync(
            attached => new SenderLink(
                session, LinkName(node), new Target { Address = node }, (_, a) => attached(a.Target is not null)),
            cancel);
        return new RequestChannel(requests, answers, replyTo);
    }

    private async Task<Session> AuthorisedSessionAsync(string entityPath, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_connection is not { IsClosed: false } || _session is not { IsClosed: false }) await OpenAsync(cancel);
            await PutTokenAsync(entityPath, cancel);
            return _session!;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task OpenAsync(CancellationToken cancel)
    {
        var factory = new ConnectionFactory();
        factory.SASL.Profile = SaslProfile.Anonymous;
        factory.AMQP.ContainerId = $"customer-functions-{Guid.NewGuid():N}";
        factory.AMQP.HostName = address.Host;
        // The service closes connections that are silent for 60 seconds and more.
        factory.AMQP.IdleTimeout = 60_000;
        var scheme = address.IsEmulator ? "amqp" : "amqps";
        _connection = await factory.CreateAsync(new Address(address.Host, address.Port, null, null, "/", scheme))
            .WaitAsync(cancel);
        await Task.Yield();
        _session = new Session(_connection);
        _tokens = null;
    }

    private async Task PutTokenAsync(string entityPath, CancellationToken cancel)
    {
        _tokens ??= new TokenLinks(await RequestsAsync(_session!, "$cbs", cancel));
        var now = time.GetUtcNow();
        if (_tokens.Refresh.TryGetValue(entityPath, out var refresh) && now < refresh) return;
        var audience = address.Audience(entityPath);
        var request = new Message(address.Token(audience, now + TokenLife))
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "put-token",
                ["type"] = "servicebus.windows.net:sastoken",
                ["name"] = audience,
                ["expiration"] = (now + TokenLife).UtcDateTime,
            },
        };
        await _tokens.Requests.AskAsync(request, cancel);
        _tokens.Refresh[entityPath] = now + TokenRefresh;
    }

    private sealed record TokenLinks(RequestChannel Requests)
    {
        public Dictionary<string, DateTimeOffset> Refresh { get; } = [];
    }
}
