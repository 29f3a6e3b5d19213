using System.Text;
using CustomerFunctions.Messaging;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Tests.Messaging;

/// <summary>Mails against a server that speaks SMTP.</summary>
public sealed class SmtpMailTests
{
    private static readonly Mail Letter = new("id-1", "zoe@example.com", "Größe", "Line one\n.dot\nTür");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_arrives_whole()
    {
        await using var server = new SmtpServer();
        Assert.Equal(Delivery.Accepted, await Sender(server).SendAsync(Letter, Cancel));
        // Lines that begin with a dot are sent with two. Source: RFC 5321, 4.5.2.
        var sent = Assert.Single(server.Mails).Replace("\n..", "\n.", StringComparison.Ordinal);
        using var mail = await MimeKit.MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(sent)), Cancel);
        Assert.Equal("Größe", mail.Subject);
        Assert.Equal("zoe@example.com", mail.To.Mailboxes.Single().Address);
        Assert.Equal("no-reply@shop.example", mail.From.Mailboxes.Single().Address);
        Assert.Equal("id-1@shop.example", mail.MessageId);
        Assert.Equal("Line one\n.dot\nTür", mail.TextBody!.ReplaceLineEndings("\n").TrimEnd());
    }

    [Theory]
    [InlineData("MAIL", "451 try later")]
    [InlineData("RCPT", "450 busy")]
    [InlineData("DATA", "421 closing")]
    [InlineData("EHLO", "")]
    public async Task A_passing_fault_is_tried_again(string command, string reply)
    {
        await using var server = new SmtpServer();
        server.Replies.Enqueue((command, reply));
        Assert.Equal(Delivery.Accepted, await Sender(server).SendAsync(Letter, Cancel));
        Assert.Equal(2, server.Connections);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_fault_that_stays_is_thrown()
    {
        await using var server = new SmtpServer();
        for (var i = 0; i < 3; i++) server.Replies.Enqueue(("MAIL", "451 try later"));
        await Assert.ThrowsAnyAsync<Exception>(() => Sender(server).SendAsync(Letter, Cancel));
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task An_address_that_is_not_there_is_refused_for_good()
    {
        await using var server = new SmtpServer();
        server.Replies.Enqueue(("RCPT", "550 no such user"));
        Assert.Equal(Delivery.Refused, await Sender(server).SendAsync(Letter, Cancel));
        Assert.Equal(1, server.Connections);
        Assert.Equal(Delivery.Refused, await Sender(server).SendAsync(Letter with { To = "nobody at" }, Cancel));
    }

    [Fact]
    public async Task Our_own_address_refused_is_a_fault()
    {
        await using var server = new SmtpServer();
        server.Replies.Enqueue(("MAIL", "550 not you"));
        await Assert.ThrowsAnyAsync<Exception>(() => Sender(server).SendAsync(Letter, Cancel));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Without_encryption_on_offer_a_mail_that_needs_it_does_not_go()
    {
        await using var server = new SmtpServer();
        await Assert.ThrowsAnyAsync<Exception>(() => Sender(server, useTls: true).SendAsync(Letter, Cancel));
        Assert.Empty(server.Mails);
    }

    private static SmtpMail Sender(SmtpServer server, bool useTls = false) => new(Options.Create(new MailOptions
    {
        Host = "127.0.0.1",
        Port = server.Port,
        From = "Shop <no-reply@shop.example>",
        UseTls = useTls,
    }));
}
