using CustomerFunctions.Shared.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Codes;

/// <summary>Sends a letter as soon as it was asked for, beside the request: its answer waits for nothing that depends
/// on who is asked about. Whatever this misses the timer does.</summary>
public sealed partial class LetterKick(
    LetterDesk desk, DueIndex due, IOptions<CodesOptions> options, IHostApplicationLifetime lifetime,
    ILogger<LetterKick> logger)
{
    /// <summary>Begins to send; answers at once.</summary>
    public void Send(DueItem? mark)
    {
        if (mark is not null && options.Value.SendAtOnce) _ = Task.Run(() => SendAsync(mark));
    }

    private async Task SendAsync(DueItem mark)
    {
        try
        {
            if (await desk.WorkAsync(mark, lifetime.ApplicationStopping))
                await due.RemoveAsync(mark, lifetime.ApplicationStopping);
        }
        catch (Exception e)
        {
            // The mark stays, so the timer tries again.
            Log.Waits(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A letter could not be sent at once; the timer tries again.")]
        public static partial void Waits(ILogger logger, Exception e);
    }
}
