using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Events;

/// <summary>Sends what waits for a receiver and is due, and removes what was given up long ago. Reads only what is
/// marked; late or on two machines changes nothing.</summary>
public sealed class SendWebhooks(WebhookRound round)
{
    [Function(nameof(SendWebhooks))]
    public Task Run(
        [TimerTrigger("%SendWebhooksSchedule%", UseMonitor = false)] TimerInfo timer, CancellationToken cancel) =>
        round.RunAsync(cancel);
}
