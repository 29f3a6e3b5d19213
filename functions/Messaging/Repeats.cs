using MailKit.Net.Smtp;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CustomerFunctions.Messaging;

/// <summary>How sending is repeated: three tries of ten seconds each, with a growing pause between them. What still
/// fails then is thrown and tried again by whoever keeps the letter.</summary>
internal static class Repeats
{
    private const int RetriesMax = 2;
    private static readonly TimeSpan TryMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(200);

    /// <summary>For every sender. Made without the app's clock: these are waits for other machines.</summary>
    public static ResiliencePipeline Pipeline { get; } = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = RetriesMax,
            Delay = PauseFirst,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<Exception>(IsPassing),
        })
        .AddTimeout(TryMax)
        .Build();

    private static bool IsPassing(Exception fault) => fault switch
    {
        SmtpCommandException refused => (int)refused.StatusCode < 500,
        SmtpProtocolException or IOException or System.Net.Sockets.SocketException => true,
        HttpRequestException or TimeoutRejectedException => true,
        _ => false,
    };
}
