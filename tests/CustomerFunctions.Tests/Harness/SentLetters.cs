using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using CustomerFunctions.Messaging;

namespace CustomerFunctions.Tests.Harness;

/// <summary>Takes every mail and text message of the app, or fails as it is told.</summary>
public sealed partial class SentLetters : IMailSender, ISmsSender
{
    private readonly ConcurrentQueue<(string To, string Text)> _letters = new();

    /// <summary>What was accepted: to whom, and the text.</summary>
    public IReadOnlyList<(string To, string Text)> All => [.. _letters];

    /// <summary>True when every sender is away.</summary>
    public bool IsAway { get; set; }

    /// <summary>What becomes of a letter.</summary>
    public Delivery Answer { get; set; } = Delivery.Accepted;

    /// <summary>What was sent to an address or phone, in order.</summary>
    public string[] To(string address) => [.. All.Where(l => l.To == address).Select(l => l.Text)];

    /// <summary>The secret in the last letter to an address or phone: a code of six digits, or a token.</summary>
    public string Secret(string address) => Secrets().Matches(To(address).Last()).Single().Value;

    public Task<Delivery> SendAsync(Mail mail, CancellationToken cancel) => Take(mail.To, mail.Text);

    public Task<Delivery> SendAsync(TextMessage message, CancellationToken cancel) => Take(message.To, message.Text);

    private Task<Delivery> Take(string to, string text)
    {
        if (IsAway) throw new IOException("The sender is away, by the test.");
        if (Answer == Delivery.Accepted) _letters.Enqueue((to, text));
        return Task.FromResult(Answer);
    }

    [GeneratedRegex(@"\b(\d{6}|[0-9a-f]{96})\b")]
    private static partial Regex Secrets();
}
