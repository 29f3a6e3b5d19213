namespace Azure.Messaging.ServiceBus;

/// <summary>How a client reaches the service.</summary>
public class ServiceBusClientOptions
{
    /// <summary>Tries and pauses; the defaults are the real ones.</summary>
    public ServiceBusRetryOptions RetryOptions { get; set; } = new();

    /// <summary>Names the client in the service's logs; null makes one.</summary>
    public string? Identifier { get; set; }
}

/// <summary>Tries and pauses of one operation.</summary>
public class ServiceBusRetryOptions
{
    public ServiceBusRetryMode Mode { get; set; } = ServiceBusRetryMode.Exponential;

    /// <summary>Tries after the first, for transient faults only.</summary>
    public int MaxRetries { get; set; } = 3;

    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(0.8);

    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one try may take.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromMinutes(1);

    internal TimeSpan Pause(int retry) => Mode == ServiceBusRetryMode.Fixed
        ? Delay
        : TimeSpan.FromTicks((long)Math.Min(Delay.Ticks * Math.Pow(2, retry), MaxDelay.Ticks));
}

/// <summary>Whether pauses grow.</summary>
public enum ServiceBusRetryMode
{
    Fixed,
    Exponential,
}

/// <summary>The bound of a batch.</summary>
public class CreateMessageBatchOptions
{
    /// <summary>Null takes what the service allows.</summary>
    public long? MaxSizeInBytes { get; set; }
}
