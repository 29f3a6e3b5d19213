using System.Diagnostics;

namespace CustomerFunctions.Shared.Storage;

/// <summary>Repeats work on a message that meets a passing fault for as long as the message's lock is safe, so that a
/// short outage costs no delivery.</summary>
public static class Patience
{
    // The rest of the lock is left to the last try.
    private const double PartOfLock = 0.6;
    private static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(3);

    /// <summary>Runs until it succeeds or the time is up, then throws the last fault. Faults that will not pass are
    /// thrown at once.</summary>
    /// <param name="messageLock">How long the message is locked.</param>
    /// <param name="work">Can be done again from the start.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task RunAsync(
        TimeSpan messageLock, Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        for (var pause = PauseFirst; ; pause = 2 * pause < PauseMax ? 2 * pause : PauseMax)
        {
            try
            {
                await work(cancel);
                return;
            }
            catch (Exception e) when (IsPassing(e) && watch.Elapsed + pause < messageLock * PartOfLock)
            {
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), cancel);
            }
        }
    }

    private static bool IsPassing(Exception fault) => fault is StorageUnavailableException || fault.IsUnanswered();
}
