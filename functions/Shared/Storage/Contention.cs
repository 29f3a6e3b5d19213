using System.Diagnostics;
using Azure;

namespace CustomerFunctions.Shared.Storage;

/// <summary>Repeats an optimistic write that lost a race or whose answer was lost.</summary>
public static class Contention
{
    /// <summary>How long a request keeps trying before it answers 503.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// Runs <paramref name="attempt"/> until it gives a result. An attempt must read afresh and look for its own
    /// change before it writes. Null, a lost race (409, 412) and an unanswered call mean: again, after a pause with
    /// jitter. When the time is up the last fault is thrown, or <see cref="Error.Contention"/> answered.
    /// </summary>
    public static async Task<Result<T>> RetryAsync<T>(
        Func<CancellationToken, Task<Result<T>?>> attempt, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        for (var pause = PauseFirst; ; pause = Min(2 * pause, PauseMax))
        {
            Exception? unanswered = null;
            try
            {
                if (await attempt(cancel) is { } result) return result;
            }
            catch (RequestFailedException e) when (e.IsLostRace())
            {
            }
            catch (Exception e) when (!cancel.IsCancellationRequested && e.IsUnanswered())
            {
                unanswered = e;
            }

            if (watch.Elapsed > WaitMax)
            {
                if (unanswered is not null) throw new StorageUnavailableException(unanswered);
                return Error.Contention;
            }

            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), cancel);
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>Storage did not answer for as long as a request may wait. The change may or may not have been made: a
/// repeat with the same Idempotency-Key finds out.</summary>
public sealed class StorageUnavailableException(Exception inner)
    : Exception("Storage does not answer.", inner);
