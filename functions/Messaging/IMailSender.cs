namespace CustomerFunctions.Messaging;

/// <summary>What became of a letter.</summary>
public enum Delivery
{
    /// <summary>The next station has taken it over.</summary>
    Accepted,

    /// <summary>It will never be taken, for instance because there is no such address: repeating it is of no use.
    /// </summary>
    Refused,
}

/// <summary>A mail of plain text.</summary>
/// <param name="Id">Names the letter: a mail that is sent twice bears the same id.</param>
/// <param name="To">The address as the customer gave it.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The body.</param>
public sealed record Mail(string Id, string To, string Subject, string Text);

/// <summary>Sends mails. Passing faults are tried again for a while and then thrown.</summary>
public interface IMailSender
{
    /// <summary>Hands a mail over; at least once when answers get lost.</summary>
    Task<Delivery> SendAsync(Mail mail, CancellationToken cancel);
}
