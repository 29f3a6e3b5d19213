using System.Diagnostics;
using CustomerFunctions.Shared.Storage;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Terminals;

/// <summary>Settings under <c>Terminals__</c>.</summary>
public sealed class TerminalsOptions
{
    /// <summary>How long the queue locks a message for one delivery, in seconds; as the queue is set up.</summary>
    [System.ComponentModel.DataAnnotations.Range(5, 300)]
    public int QueueLockSeconds { get; set; } = 30;
}

/// <summary>Repeats what meets a passing fault for as long as the message's lock is safe, so that a short outage costs
/// no delivery.</summary>
public sealed class PatientReception(IOptions<TerminalsOptions> options)
{
    // The rest of the lock is left to the last try.
    private const double PartOfLock = 0.6;
    private static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(3);

    /// <summary>Runs until it succeeds or the time is up, then throws the last fault. Faults that will not pass are
    /// thrown at once.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        var limit = TimeSpan.FromSeconds(options.Value.QueueLockSeconds * PartOfLock);
        var watch = Stopwatch.StartNew();
        for (var pause = PauseFirst; ; pause = 2 * pause < PauseMax ? 2 * pause : PauseMax)
        {
            try
            {
                await work(cancel);
                return;
            }
            catch (Exception e) when (IsPassing(e) && watch.Elapsed + pause < limit)
            {
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), cancel);
            }
        }
    }

    private static bool IsPassing(Exception fault) => fault is StorageUnavailableException || fault.IsUnanswered();
}
