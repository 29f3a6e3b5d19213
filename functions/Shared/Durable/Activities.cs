using Microsoft.DurableTask;

namespace CustomerFunctions.Shared.Durable;

/// <summary>How orchestrations call their activities.</summary>
public static class Activities
{
    /// <summary>Six attempts within about a minute: 2, 4, 8, 16 and 32 s apart, so that storage that is away for a
    /// moment ends no job. What still fails then is for a new start.</summary>
    public static readonly TaskOptions Retried = new(new RetryPolicy(
        maxNumberOfAttempts: 6, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromMinutes(1)));
}
