using System.ComponentModel.DataAnnotations;
using CustomerFunctions.Messaging.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MimeKit;

namespace CustomerFunctions.Messaging;

/// <summary>Settings under <c>Mail__</c>: the server that takes our mails.</summary>
public sealed class MailOptions : IValidatableObject
{
    /// <summary>The server; empty means that mails go to the folder of <see cref="LettersOptions"/>.</summary>
    public string? Host { get; set; }

    /// <summary>587 with STARTTLS, 465 with TLS from the start.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    /// <summary>Who logs in; empty means nobody does.</summary>
    public string? User { get; set; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; set; }

    /// <summary>The sender: <c>Shop &lt;no-reply@shop.example&gt;</c>.</summary>
    public string? From { get; set; }

    /// <summary>False for a server on this machine only.</summary>
    public bool UseTls { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(Host) && !MailboxAddress.TryParse(From, out _))
            yield return new ValidationResult("Mail__From must be an address such as 'Shop <no-reply@shop.example>'.");
    }
}

/// <summary>Settings under <c>Sms__</c>: the gateway that takes our text messages.</summary>
public sealed class SmsOptions : IValidatableObject
{
    /// <summary>Where messages are posted; empty means that they go to the folder of <see cref="LettersOptions"/>.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>Signs what is posted.</summary>
    public string? Secret { get; set; }

    /// <summary>The sender that the gateway shall show.</summary>
    public string? From { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Url)) yield break;
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback))
            yield return new ValidationResult("Sms__Url must be https, or http on this machine.");
        if ((Secret ?? "").Length < Signature.SecretLengthMin)
            yield return new ValidationResult($"Sms__Secret needs at least {Signature.SecretLengthMin} characters.");
    }
}

/// <summary>Settings under <c>Letters__</c>.</summary>
public sealed class LettersOptions
{
    /// <summary>Where letters are put that no server takes; empty makes such letters a fault.</summary>
    public string? Folder { get; set; }
}

/// <summary>Mails and text messages to customers, and their templates.</summary>
public static class MessagingArea
{
    /// <summary>Registers the area. Needs Shared and Access.</summary>
    public static FunctionsApplicationBuilder AddMessaging(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddOptions<MailOptions>().BindConfiguration("Mail")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<SmsOptions>().BindConfiguration("Sms")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<LettersOptions>().BindConfiguration("Letters");
        builder.Services.AddSingleton<LetterFolder>().AddSingleton<SmtpMail>().AddSingleton<WebhookSms>()
            .AddSingleton<IMailSender>(p => IsSet(p.GetRequiredService<IOptions<MailOptions>>().Value.Host)
                ? p.GetRequiredService<SmtpMail>()
                : p.GetRequiredService<LetterFolder>())
            .AddSingleton<ISmsSender>(p => IsSet(p.GetRequiredService<IOptions<SmsOptions>>().Value.Url)
                ? p.GetRequiredService<WebhookSms>()
                : p.GetRequiredService<LetterFolder>())
            .AddSingleton<TemplatesTable>().AddTable(TemplatesTable.TableName)
            .AddSingleton<LetterTemplates>().AddSingleton<TemplateDesk>();
        return builder;
    }

    private static bool IsSet(string? setting) => !string.IsNullOrEmpty(setting);
}
