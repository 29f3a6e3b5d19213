using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Messaging;

/// <summary>Puts mails and text messages into a folder, one file each, for a machine without a mail server. A letter
/// that is sent twice lies there once.</summary>
public sealed class LetterFolder(IOptions<LettersOptions> options, TimeProvider clock) : IMailSender, ISmsSender
{
    /// <inheritdoc/>
    public Task<Delivery> SendAsync(Mail mail, CancellationToken cancel) => WriteAsync(
        $"{mail.Id}.eml",
        $"""
        Date: {Rfc5322(clock.GetUtcNow())}
        Message-ID: <{mail.Id}@localhost>
        To: {mail.To}
        Subject: {mail.Subject}
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        {mail.Text}
        """,
        cancel);

    /// <inheritdoc/>
    public Task<Delivery> SendAsync(TextMessage message, CancellationToken cancel) => WriteAsync(
        $"{message.Id}.sms.txt",
        $"""
        To: {message.To}

        {message.Text}
        """,
        cancel);

    private async Task<Delivery> WriteAsync(string name, string text, CancellationToken cancel)
    {
        if (options.Value.Folder is not { Length: > 0 } folder)
            throw new InvalidOperationException(
                "Set Mail__Host and Sms__Url, or Letters__Folder on a machine for trying.");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, name), text.ReplaceLineEndings("\r\n") + "\r\n", new UTF8Encoding(false), cancel);
        return Delivery.Accepted;
    }

    private static string Rfc5322(DateTimeOffset at) =>
        at.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
}
