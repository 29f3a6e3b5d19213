using CustomerFunctions.Local.Worker;

namespace Azure.Messaging.ServiceBus;

/// <summary>Messages that go out as one transfer and are accepted or refused as one.</summary>
public sealed class ServiceBusMessageBatch : IDisposable
{
    // Frames, descriptors and the envelope's own sections.
    private const long EnvelopeBytes = 512;
    // A data section's descriptor and length before each message.
    private const long SectionBytes = 8;

    private readonly List<byte[]> _encoded = [];

    internal ServiceBusMessageBatch(long maxSizeInBytes)
    {
        MaxSizeInBytes = maxSizeInBytes;
    }

    public long MaxSizeInBytes { get; }

    public long SizeInBytes { get; private set; } = EnvelopeBytes;

    public int Count => _encoded.Count;

    internal IReadOnlyList<byte[]> Encoded => _encoded;

    /// <summary>False, with the batch as it was, when the message does not fit any more.</summary>
    public bool TryAddMessage(ServiceBusMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var bytes = AmqpMessages.Encode(AmqpMessages.From(message));
        if (SizeInBytes + bytes.Length + SectionBytes > MaxSizeInBytes) return false;
        _encoded.Add(bytes);
        SizeInBytes += bytes.Length + SectionBytes;
        return true;
    }

    public void Dispose() => _encoded.Clear();
}
