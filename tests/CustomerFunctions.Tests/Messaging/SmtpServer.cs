using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CustomerFunctions.Tests.Messaging;

/// <summary>A mail server that takes plain SMTP on a free port and keeps what it was sent.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public SmtpServer()
    {
        _listener.Start();
        _running = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The mails, whole.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    /// <summary>Connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Replies that are given instead of the usual ones, by command; each once.</summary>
    public ConcurrentQueue<(string Command, string Reply)> Replies { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            Connections++;
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (IOException)
            {
                // The other side hung up.
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var command = line.Split(' ', ':')[0].ToUpperInvariant();
            if (Replies.TryPeek(out var planned) && planned.Command == command && Replies.TryDequeue(out planned))
            {
                if (planned.Reply.Length == 0) return;
                await writer.WriteLineAsync(planned.Reply);
                continue;
            }

            await writer.WriteLineAsync(Reply(command));
            if (command == "QUIT") return;
            if (command == "DATA") await TakeAsync(reader, writer);
        }
    }

    private static string Reply(string command) => command switch
    {
        "EHLO" or "HELO" => "250-test\r\n250 8BITMIME",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        "MAIL" or "RCPT" or "RSET" or "NOOP" => "250 ok",
        _ => "502 what",
    };

    private async Task TakeAsync(StreamReader reader, StreamWriter writer)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".") mail.AppendLine(line);
        Mails.Enqueue(mail.ToString());
        await writer.WriteLineAsync("250 taken");
    }
}
