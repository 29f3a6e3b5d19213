using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace CustomerFunctions.Messaging;

/// <summary>Sends mails by SMTP, one connection each: letters are few and far between.</summary>
public sealed class SmtpMail(IOptions<MailOptions> options) : IMailSender
{
    /// <summary>Port on which TLS begins at once. Source: RFC 8314.</summary>
    private const int ImplicitTlsPort = 465;

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(Mail mail, CancellationToken cancel)
    {
        if (!MailboxAddress.TryParse(mail.To, out var to)) return Delivery.Refused;
        var settings = options.Value;
        using var message = Compose(mail, to, MailboxAddress.Parse(settings.From ?? ""));
        return await Repeats.Pipeline.ExecuteAsync(
            async c => await HandOverAsync(message, settings, c), cancel);
    }

    private static MimeMessage Compose(Mail mail, MailboxAddress to, MailboxAddress from)
    {
        var message = new MimeMessage
        {
            Subject = mail.Subject,
            MessageId = $"{mail.Id}@{from.Domain}",
            Body = new TextPart("plain") { Text = mail.Text },
        };
        message.From.Add(from);
        message.To.Add(to);
        // Answers of holiday robots help nobody here. Source: RFC 3834.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static async Task<Delivery> HandOverAsync(
        MimeMessage message, MailOptions settings, CancellationToken cancel)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync(settings.Host ?? "", settings.Port, Security(settings), cancel);
        if (!string.IsNullOrEmpty(settings.User))
            await client.AuthenticateAsync(settings.User, settings.Password ?? "", cancel);
        var delivery = await SendAsync(client, message, cancel);
        await client.DisconnectAsync(quit: true, cancel);
        return delivery;
    }

    private static async Task<Delivery> SendAsync(SmtpClient client, MimeMessage message, CancellationToken cancel)
    {
        try
        {
            await client.SendAsync(message, cancel);
            return Delivery.Accepted;
        }
        catch (SmtpCommandException e) when (e.ErrorCode == SmtpErrorCode.RecipientNotAccepted
            && (int)e.StatusCode >= 500)
        {
            return Delivery.Refused;
        }
    }

    private static SecureSocketOptions Security(MailOptions settings) =>
        !settings.UseTls ? SecureSocketOptions.None
        : settings.Port == ImplicitTlsPort ? SecureSocketOptions.SslOnConnect
        : SecureSocketOptions.StartTls;
}
