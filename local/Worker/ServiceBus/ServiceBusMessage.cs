namespace Azure.Messaging.ServiceBus;

/// <summary>A message to send. Ids have the real limits.</summary>
public class ServiceBusMessage
{
    // The service's limit for MessageId, SessionId, PartitionKey, in characters.
    private const int IdCharsMax = 128;

    private string? _messageId;
    private string? _sessionId;
    private string? _partitionKey;
    private TimeSpan _timeToLive = TimeSpan.MaxValue;

    public ServiceBusMessage()
        : this(ReadOnlyMemory<byte>.Empty)
    {
    }

    public ServiceBusMessage(string body)
        : this(new BinaryData(body))
    {
    }

    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
    }

    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(new BinaryData(body))
    {
    }

    public BinaryData Body { get; set; }

    /// <summary>Ids the message for the receiver's eyes; the service makes one where it is missing.</summary>
    public string? MessageId
    {
        get => _messageId;
        set => _messageId = string.IsNullOrEmpty(value)
            ? throw new ArgumentException("A message id must not be empty.", nameof(value))
            : Bounded(value);
    }

    public string? SessionId
    {
        get => _sessionId;
        set => _sessionId = Bounded(value);
    }

    public string? PartitionKey
    {
        get => _partitionKey;
        set => _partitionKey = Bounded(value);
    }

    public string? ContentType { get; set; }

    public string? Subject { get; set; }

    public string? CorrelationId { get; set; }

    public string? To { get; set; }

    public string? ReplyTo { get; set; }

    /// <summary>How long the message may wait; must be positive.</summary>
    public TimeSpan TimeToLive
    {
        get => _timeToLive;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _timeToLive = value;
        }
    }

    /// <summary>When the message becomes visible; the default is at once.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>();

    private static string? Bounded(string? value) =>
        value is { Length: > IdCharsMax }
            ? throw new ArgumentOutOfRangeException(nameof(value), $"At most {IdCharsMax} characters.")
            : value;
}
