using Azure.Messaging.ServiceBus;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using Microsoft.Extensions.Configuration;

namespace CustomerFunctions.Events;

/// <summary>The topic that other systems listen to.</summary>
public sealed class EventTopic(ServiceBusClient client, IConfiguration configuration) : IAsyncDisposable
{
    private const string Setting = "CustomerEventsTopic";

    private readonly ServiceBusSender _sender = client.CreateSender(configuration[Setting]
        ?? throw new InvalidOperationException($"Set {Setting} to the name of the topic."));

    /// <summary>Sends one aggregate's events in their order, in as few batches as they fit. Ends early before an event
    /// that does not fit even alone, so that nothing overtakes it; answers those that were accepted.</summary>
    public async Task<IReadOnlyList<WaitingEvent>> SendAsync(
        Aggregate aggregate, IReadOnlyList<WaitingEvent> events, CancellationToken cancel)
    {
        var sent = 0;
        while (sent < events.Count)
        {
            using var batch = await _sender.CreateMessageBatchAsync(cancel);
            var next = sent;
            while (next < events.Count && batch.TryAddMessage(Message(aggregate, events[next]))) next++;
            if (next == sent) break;
            await _sender.SendMessagesAsync(batch, cancel);
            sent = next;
        }

        return [.. events.Take(sent)];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _sender.DisposeAsync();

    private static ServiceBusMessage Message(Aggregate aggregate, WaitingEvent e) => new(e.Event)
    {
        MessageId = CloudEvent.IdOf(aggregate, e.Sequence),
        SessionId = aggregate.ToString(),
        ContentType = CloudEvent.ContentType,
    };
}
