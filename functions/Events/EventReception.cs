using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Events;

/// <summary>Takes a message of the topic. One that is no event of this app can never be delivered and is left out; a
/// passing fault is tried again within the lock and then thrown, so that the topic delivers the message again.
/// </summary>
public sealed partial class EventReception(
    EventIntake intake, IOptions<WebhooksOptions> options, ILogger<EventReception> logger)
{
    /// <summary>Takes it.</summary>
    public async Task TakeAsync(string message, CancellationToken cancel)
    {
        if (PublishedEvent.Read(message) is not { } told)
        {
            Log.Strange(logger, message.Length);
            return;
        }

        await Patience.RunAsync(
            TimeSpan.FromSeconds(options.Value.LockSeconds), c => intake.TakeAsync(told, c), cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "A message of {Characters} characters on the topic is no event of this app, and is left out.")]
        public static partial void Strange(ILogger logger, int characters);
    }
}
