namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>Numbers messages in order of arrival: the clock in ticks, never the same twice, never going back.</summary>
internal sealed class Ticker(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _last;

    public long Next()
    {
        lock (_gate) return _last = Math.Max(_last + 1, time.GetUtcNow().UtcTicks);
    }
}
