using System.Threading.RateLimiting;
using CustomerFunctions.Shared;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Access;

/// <summary>How often one key or person may call this instance: a bucket of tokens each, filled evenly.</summary>
public sealed class RequestLimits(IOptions<AccessOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string>? _buckets =
        options.Value.RateLimit is { PerMinute: > 0 } limit ? Make(limit) : null;

    /// <summary>Takes one token; null, or the refusal with the time to wait. Fails with: rate-limited.</summary>
    public Error? Take(Caller caller)
    {
        if (_buckets is null) return null;
        using var lease = _buckets.AttemptAcquire($"{caller.Application?.Name}|{caller.KeyId}|{caller.Person}");
        if (lease.IsAcquired) return null;
        return AccessErrors.RateLimited(
            lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) && wait > TimeSpan.FromSeconds(1)
                ? wait
                : TimeSpan.FromSeconds(1));
    }

    /// <inheritdoc/>
    public void Dispose() => _buckets?.Dispose();

    private static PartitionedRateLimiter<string> Make(RateLimitOptions limit)
    {
        var tokens = Math.Max(1, limit.PerMinute / 60);
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = limit.Burst,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) * tokens / limit.PerMinute,
            QueueLimit = 0,
        };
        return PartitionedRateLimiter.Create<string, string>(
            caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => bucket));
    }
}
