using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Events;

/// <summary>Empties the outbox every few seconds.</summary>
public sealed partial class PublishEvents(OutboxPublisher publisher, ILogger<PublishEvents> logger)
{
    [Function(nameof(PublishEvents))]
    public async Task Run([TimerTrigger("%PublishEventsSchedule%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancel)
    {
        var sent = await publisher.PublishAsync(cancel);
        if (sent > 0) Log.Sent(logger, sent);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Published {Events} events.")]
        public static partial void Sent(ILogger logger, int events);
    }
}
