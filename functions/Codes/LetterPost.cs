using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Messaging;
using CustomerFunctions.Messaging.Domain;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Codes;

/// <summary>Writes a letter by the application's template and hands it to its sender.</summary>
public sealed partial class LetterPost(
    IMailSender mail, ISmsSender sms, LetterTemplates templates, ILogger<LetterPost> logger)
{
    /// <summary>Sends a code. A refusal for good is noted and ends the matter; a fault is thrown.</summary>
    public async Task SendAsync(
        string id, Contact contact, CodePurpose purpose, string secret, string application, CancellationToken cancel)
    {
        var kind = KindOf(purpose);
        var template = await templates.FindAsync(application, kind, cancel);
        var letter = template.Fill(kind, secret, application, purpose.Life);
        var delivery = contact.Channel == Channel.Mail
            ? await mail.SendAsync(new Mail(id, contact.Address, letter.Subject, letter.Text), cancel)
            : await sms.SendAsync(new TextMessage(id, contact.Address, letter.Text), cancel);
        if (delivery == Delivery.Refused) Log.Refused(logger, kind, application);
    }

    private static LetterKind KindOf(CodePurpose purpose) =>
        purpose.IsToken ? LetterKind.PasswordReset
        : purpose.IsClaim ? LetterKind.ClaimCode
        : LetterKind.VerificationCode;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A letter {Kind} of {Application} was refused for good.")]
        public static partial void Refused(ILogger logger, LetterKind kind, string application);
    }
}
