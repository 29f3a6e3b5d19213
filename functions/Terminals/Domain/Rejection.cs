using System.Globalization;
using System.Text.RegularExpressions;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>What Service Bus says of a message.</summary>
/// <param name="MessageId">The sender's name for it.</param>
/// <param name="SequenceNumber">The queue's number for it.</param>
/// <param name="DeliveryCount">How often it was delivered, this time included.</param>
/// <param name="DeadLetterReason">Why it was set aside by the queue, when it was.</param>
public sealed record Delivery(string MessageId, string SequenceNumber, int DeliveryCount, string? DeadLetterReason);

/// <summary>A message that can never work as it is, kept to be looked at and sent again.</summary>
/// <param name="RejectedId">Follows from the message: however often it is delivered, it is filed once.</param>
/// <param name="ReceivedAt">When it was filed.</param>
/// <param name="Code">Stable: <c>not-json</c>, <c>invalid</c>, <c>unknown-application</c>, <c>card-number</c>,
/// <c>body-too-large</c>, <c>too-many-facts</c>, <c>dead-letter</c>.</param>
/// <param name="Reason">What is wrong, naming the fields.</param>
/// <param name="Body">The message, with the digits of card numbers masked, and what a CloudEvent carried as bytes
/// written as text.</param>
/// <param name="IsMasked">The body is no longer what was sent: it can only be replayed with a corrected one.</param>
/// <param name="DeliveryCount">How often it had been delivered.</param>
public sealed partial record Rejection(
    string RejectedId, DateTimeOffset ReceivedAt, string Code, string Reason, string Body, bool IsMasked,
    int DeliveryCount)
{
    /// <summary>Most characters of a body that are kept: a Service Bus message of the standard tier fits whole.
    /// </summary>
    public const int BodyCharsMax = 256 * 1024;

    /// <summary>When it was replayed with success; null before.</summary>
    public DateTimeOffset? ReplayedAt { get; init; }

    /// <summary>The payment that the replay told of.</summary>
    public string? TransactionId { get; init; }

    /// <summary>The rejection of a message.</summary>
    public static Rejection Of(string message, Delivery delivery, Error error, DateTimeOffset now)
    {
        var readable = EventEnvelope.Readable(message);
        var body = Mask(readable);
        var kept = body.Length > BodyCharsMax ? body[..BodyCharsMax] : body;
        return new Rejection(
            Hash.Hex("rejected", delivery.MessageId, delivery.SequenceNumber, message)[..32], now, error.Code,
            ReasonOf(error), kept, kept != readable, delivery.DeliveryCount);
    }

    /// <summary>A text with the digits of everything that looks like a card number replaced by asterisks; digits that
    /// JSON spells as escapes are seen as well.</summary>
    public static string Mask(string text)
    {
        var spelled = EscapedCharacter().Replace(text, Spelled);
        return DigitRuns().Replace(
            spelled, run => CardNumbers.Occur(run.Value) ? Digit().Replace(run.Value, "*") : run.Value);
    }

    private static string ReasonOf(Error error) => error.Fields.IsEmpty
        ? error.Message
        : string.Join(' ', error.Fields.Select(f => $"{f.Pointer}: {f.Detail}"));

    private static string Spelled(Match escape)
    {
        var code = escape.Groups[1].ValueSpan;
        var character = (char)int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return char.IsDigit(character) ? character.ToString() : escape.Value;
    }

    [GeneratedRegex(@"\\u([0-9a-fA-F]{4})")]
    private static partial Regex EscapedCharacter();

    [GeneratedRegex(@"\d(?:[\s\p{P}]{0,2}\d){12,}")]
    private static partial Regex DigitRuns();

    [GeneratedRegex(@"\d")]
    private static partial Regex Digit();
}
