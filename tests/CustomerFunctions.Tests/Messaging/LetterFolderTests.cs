using CustomerFunctions.Messaging;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CustomerFunctions.Tests.Messaging;

public sealed class LetterFolderTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Letters_lie_in_the_folder_each_once()
    {
        var path = Path.Combine(Path.GetTempPath(), "letters-" + Guid.NewGuid().ToString("n"));
        var folder = new LetterFolder(Options.Create(new LettersOptions { Folder = path }), new FakeTimeProvider());
        var mail = new Mail("m-1", "zoe@example.com", "Größe", "One\nTwo");
        Assert.Equal(Delivery.Accepted, await folder.SendAsync(mail, Cancel));
        Assert.Equal(Delivery.Accepted, await folder.SendAsync(mail, Cancel));
        await folder.SendAsync(new TextMessage("s-1", "+447700900123", "123456"), Cancel);
        Assert.Equal(["m-1.eml", "s-1.sms.txt"], Directory.GetFiles(path).Select(Path.GetFileName).Order());
        var read = await MimeKit.MimeMessage.LoadAsync(Path.Combine(path, "m-1.eml"), Cancel);
        Assert.Equal("Größe", read.Subject);
        Assert.Equal("One\nTwo\n", read.TextBody!.ReplaceLineEndings("\n"));
        Directory.Delete(path, recursive: true);
    }

    [Fact]
    public async Task Without_a_folder_a_letter_is_a_fault()
    {
        var folder = new LetterFolder(Options.Create(new LettersOptions()), new FakeTimeProvider());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => folder.SendAsync(new TextMessage("s-1", "+447700900123", "123456"), Cancel));
    }

    [Theory]
    [InlineData("", "", typeof(LetterFolder), typeof(LetterFolder))]
    [InlineData("mail.example", "https://sms.example", typeof(SmtpMail), typeof(WebhookSms))]
    public async Task Settings_choose_the_senders(string host, string url, Type mail, Type sms)
    {
        await using var app = new AppUnderTest(azurite)
        {
            OwnSenders = true,
            Settings = new()
            {
                ["Mail__Host"] = host,
                ["Mail__From"] = "a@shop.example",
                ["Sms__Url"] = url,
                ["Sms__Secret"] = "0123456789abcdef",
            },
        };
        await app.InitializeAsync();
        Assert.IsType(mail, app.Services.GetRequiredService<IMailSender>());
        Assert.IsType(sms, app.Services.GetRequiredService<ISmsSender>());
    }

    [Theory]
    [InlineData("Mail__Host", "mail.example")]
    [InlineData("Sms__Url", "http://sms.example")]
    [InlineData("Sms__Url", "https://sms.example")]
    public async Task A_sender_that_is_half_set_stops_the_start(string name, string value)
    {
        await using var app = new AppUnderTest(azurite) { Settings = new() { [name] = value } };
        await Assert.ThrowsAnyAsync<Exception>(async () => await app.InitializeAsync());
    }
}
