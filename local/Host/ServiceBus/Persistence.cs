using Azure;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Waits storage faults out: what is asked of the store is done late rather than not at all.</summary>
internal static partial class Persistence
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    /// <summary>Repeats a step until it succeeds or is cancelled. The step must bear to be done twice.</summary>
    public static async Task TryUntilDoneAsync(
        Func<Task> step, string path, TimeProvider time, ILogger logger, CancellationToken cancel)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < PauseMax ? pause * 2 : PauseMax)
        {
            try
            {
                await step();
                return;
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested && IsStorageFault(fault))
            {
                Log.StorageAway(logger, path, fault.Message);
                await Task.Delay(pause, time, cancel);
            }
        }
    }

    private static bool IsStorageFault(Exception fault) =>
        fault is RequestFailedException or AggregateException or IOException or OperationCanceledException;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Service Bus messages of {Path} wait for storage: {Fault}")]
        public static partial void StorageAway(ILogger logger, string path, string fault);
    }
}
