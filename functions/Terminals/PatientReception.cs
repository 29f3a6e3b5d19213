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

/// <summary>Gives work on a payment's message the patience that the queue's lock allows.</summary>
public sealed class PatientReception(IOptions<TerminalsOptions> options)
{
    /// <summary>Runs until it succeeds or the time is up, then throws the last fault.</summary>
    public Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancel) =>
        Patience.RunAsync(TimeSpan.FromSeconds(options.Value.QueueLockSeconds), work, cancel);
}
