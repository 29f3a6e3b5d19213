using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Events.Domain;

/// <summary>How an attempt ended.</summary>
/// <param name="Status">The answer's status; null when there was none.</param>
/// <param name="Reason">Why it failed, in a word; null when it was accepted.</param>
public sealed record DeliveryAnswer(int? Status, string? Reason)
{
    /// <summary>Any answer that is not 2xx.</summary>
    public const string Refused = "status";

    /// <summary>No answer in time.</summary>
    public const string TimedOut = "timeout";

    /// <summary>No connection, or one that broke.</summary>
    public const string NotConnected = "no-connection";

    /// <summary>The host resolves to an address that webhooks may not go to.</summary>
    public const string AddressRefused = "address-refused";

    /// <summary>The app was stopped in the last attempt.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>True when the receiver has it.</summary>
    public bool IsAccepted => Reason is null;
}

/// <summary>An event that a subscription waits for, or that could not be delivered to it.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Type">Its type: <c>points.added</c>.</param>
/// <param name="Subject">Its aggregate.</param>
/// <param name="Sequence">Its place in the aggregate's order.</param>
public sealed record WebhookDelivery(string EventId, string Type, string Subject, long Sequence)
{
    /// <summary>How long to wait after the first, second, … attempt that failed. After the last it is given up.
    /// </summary>
    public static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];

    /// <summary>Most attempts.</summary>
    public static readonly int AttemptsMax = Pauses.Length + 1;

    /// <summary>The longest that an attempt takes; a receiver that needs longer does its work after its answer.
    /// </summary>
    public static readonly TimeSpan AttemptMax = TimeSpan.FromSeconds(10);

    /// <summary>How long an attempt keeps others from the delivery: far longer than it takes, and not for ever, since
    /// whoever made it may have been stopped.</summary>
    public static readonly TimeSpan BusyMax = TimeSpan.FromMinutes(1);

    /// <summary>How long one that was given up can be replayed.</summary>
    public static readonly TimeSpan DeadMax = TimeSpan.FromDays(30);

    // So that what failed together does not come again together.
    private const double JitterMax = 0.1;

    /// <summary>Attempts so far, one that is being made included.</summary>
    public int Attempts { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Until when whoever makes an attempt has it to himself; null when nobody does.</summary>
    public DateTimeOffset? BusyUntil { get; init; }

    /// <summary>When the last attempt began.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>The status that it was answered with.</summary>
    public int? LastStatus { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was given up; null while it waits.</summary>
    public DateTimeOffset? DiedAt { get; init; }

    /// <summary>True when no attempt is left.</summary>
    public bool IsExhausted => Attempts >= AttemptsMax;

    /// <summary>True while somebody makes an attempt.</summary>
    public bool IsBusy(DateTimeOffset now) => BusyUntil > now;

    /// <summary>The delivery while an attempt is made. It counts from now on, so that one that kills the app is not
    /// made for ever.</summary>
    public WebhookDelivery Begin(DateTimeOffset now) =>
        this with { Attempts = Attempts + 1, LastAttemptAt = now, BusyUntil = now + BusyMax };

    /// <summary>The delivery after an attempt that failed and was not the last.</summary>
    public WebhookDelivery Failed(DeliveryAnswer answer, DateTimeOffset now) => this with
    {
        BusyUntil = null,
        LastStatus = answer.Status,
        Reason = answer.Reason,
        DueAt = now + (Pauses[Attempts - 1] * (1 + (JitterMax * Chance()))),
    };

    /// <summary>The delivery after the last attempt.</summary>
    public WebhookDelivery Dead(DeliveryAnswer answer, DateTimeOffset now) =>
        this with { BusyUntil = null, LastStatus = answer.Status, Reason = answer.Reason, DiedAt = now };

    /// <summary>The delivery as if it had never been tried.</summary>
    public WebhookDelivery Anew(DateTimeOffset now) => new(EventId, Type, Subject, Sequence) { DueAt = now };

    // From 0 to 1, the same for the same attempt.
    private double Chance() => Hash.Bytes(EventId, $"{Attempts}")[0] / 255d;
}
