namespace CustomerFunctions.Messaging;

/// <summary>A text message.</summary>
/// <param name="Id">Names the letter: one that is sent twice bears the same id.</param>
/// <param name="To">The phone in E.164.</param>
/// <param name="Text">What it says.</param>
public sealed record TextMessage(string Id, string To, string Text);

/// <summary>Sends text messages. Passing faults are tried again for a while and then thrown.</summary>
public interface ISmsSender
{
    /// <summary>Hands a message over; at least once when answers get lost.</summary>
    Task<Delivery> SendAsync(TextMessage message, CancellationToken cancel);
}
