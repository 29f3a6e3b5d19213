using Azure.Core;
using CustomerFunctions.Local.Worker;

namespace Azure.Messaging.ServiceBus;

/// <summary>The way to one namespace; its senders share a connection, which opens with the first send.</summary>
public class ServiceBusClient : IAsyncDisposable
{
    private const string NoEntra =
        "The local host has no Entra ID: give ServiceBusClient a connection string (setting ServiceBus).";

    private readonly ServiceBusConnection? _connection;

    protected ServiceBusClient()
    {
    }

    public ServiceBusClient(string connectionString)
        : this(connectionString, new ServiceBusClientOptions())
    {
    }

    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var address = ServiceBusAddress.Parse(connectionString);
        Options = options ?? new ServiceBusClientOptions();
        FullyQualifiedNamespace = address.Host;
        Identifier = Options.Identifier ?? $"{address.Host}-{Guid.NewGuid()}";
        _connection = new ServiceBusConnection(address, TimeProvider.System);
    }

    /// <exception cref="NotSupportedException">Always: there is nobody here to ask for a token.</exception>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    /// <exception cref="NotSupportedException">Always: there is nobody here to ask for a token.</exception>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options)
    {
        throw new NotSupportedException(NoEntra);
    }

    public virtual string FullyQualifiedNamespace { get; } = "";

    public virtual string Identifier { get; } = "";

    public virtual bool IsClosed { get; private set; }

    internal ServiceBusClientOptions Options { get; } = new();

    internal ServiceBusConnection Connection =>
        _connection ?? throw new InvalidOperationException("This client is a mock.");

    public virtual ServiceBusSender CreateSender(string queueOrTopicName)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return new ServiceBusSender(this, queueOrTopicName);
    }

    public virtual async ValueTask DisposeAsync()
    {
        IsClosed = true;
        if (_connection is not null) await _connection.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
