using System.Collections.Immutable;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>A message at rest.</summary>
/// <param name="Sequence">Its number in the entity; 1 for the first, never given twice.</param>
/// <param name="Payload">The AMQP sections as the sender wrote them.</param>
/// <param name="EnqueuedAt">When it was taken in.</param>
internal sealed record BusMessage(long Sequence, ReadOnlyMemory<byte> Payload, DateTimeOffset EnqueuedAt)
{
    /// <summary>When it becomes visible; null for at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Deliveries that ended without a settlement or with an abandon.</summary>
    public int Failures { get; init; }

    /// <summary>Set aside by a receiver: only its sequence number brings it back.</summary>
    public bool IsDeferred { get; init; }

    /// <summary>Application properties that receivers set while the message was here,
    /// the dead-letter reason included.</summary>
    public ImmutableDictionary<string, object?> Overlay { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>The blob that holds the payload; null while it lies in the row.</summary>
    public string? Blob { get; init; }
}

/// <summary>A message that one receiver holds.</summary>
/// <param name="Message">The message.</param>
/// <param name="Token">Names this hold; a redelivery has another.</param>
/// <param name="Until">When the hold lapses unless renewed.</param>
internal sealed record LockedMessage(BusMessage Message, Guid Token, DateTimeOffset Until);

/// <summary>What became of a message that was not completed.</summary>
/// <param name="Message">The message as it is now.</param>
/// <param name="IsDead">True when it left for the dead-letter queue.</param>
internal sealed record Returned(BusMessage Message, bool IsDead);
