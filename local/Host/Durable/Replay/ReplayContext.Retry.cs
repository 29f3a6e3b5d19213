using Microsoft.DurableTask;

namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <content>Retries run inside the orchestrator, so that history holds each attempt.</content>
internal sealed partial class ReplayContext
{
    private Task<TResult> WithRetry<TResult>(Func<Task<TResult>> attempt, TaskRetryOptions? retry) => retry switch
    {
        { Policy: { } policy } => WithPolicy(attempt, policy),
        { Handler: { } handler } => WithHandler(attempt, handler),
        _ => attempt(),
    };

    private async Task<TResult> WithPolicy<TResult>(Func<Task<TResult>> attempt, RetryPolicy policy)
    {
        var first = CurrentUtcDateTime;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailedException failed) when (
                tries < policy.MaxNumberOfAttempts && InTime(policy, first) && policy.Handle(failed))
            {
                await CreateTimer(CurrentUtcDateTime + Pause(policy, tries), CancellationToken.None);
            }
        }
    }

    private async Task<TResult> WithHandler<TResult>(Func<Task<TResult>> attempt, AsyncRetryHandler handler)
    {
        var first = CurrentUtcDateTime;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailedException failed)
            {
                var told = new RetryContext(
                    this, tries, failed.FailureDetails, CurrentUtcDateTime - first, CancellationToken.None);
                if (!await handler(told)) throw;
            }
        }
    }

    private bool InTime(RetryPolicy policy, DateTime first) =>
        policy.RetryTimeout == Timeout.InfiniteTimeSpan || CurrentUtcDateTime - first < policy.RetryTimeout;

    private static TimeSpan Pause(RetryPolicy policy, int tries)
    {
        var ms = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, tries - 1);
        var most = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan
            ? TimeSpan.FromDays(1000)
            : policy.MaxRetryInterval;
        return TimeSpan.FromMilliseconds(Math.Min(ms, most.TotalMilliseconds));
    }
}
