using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Tests.Events;

/// <summary>What a receiver got.</summary>
internal sealed record Received(string Path, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>How it was answered; 0 while it is not.</summary>
    public int Status { get; set; }

    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Subject => Json["subject"]!.GetValue<string>();

    public long Sequence => Json["sequence"]!.GetValue<long>();

    public int Attempt => int.Parse(Headers["x-attempt"], null);

    public DateTimeOffset SignedAt => DateTimeOffset.FromUnixTimeSeconds(
        long.Parse(Headers["x-signature"].Split(',')[0]["t=".Length..], null));

    /// <summary>As a receiver does it that was only told how.</summary>
    public bool IsSignedWith(string secret)
    {
        var parts = Headers["x-signature"].Split(',');
        var signed = Encoding.UTF8.GetBytes($"{parts[0]["t=".Length..]}.{Body}");
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
        return parts is [_, var v1] && v1 == $"v1={Convert.ToHexStringLower(mac)}";
    }
}

/// <summary>A receiver of webhooks on this machine: answers as it is told, and keeps what it got.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<Received> _received = new();
    private readonly WebApplication _server;
    private volatile TaskCompletionSource _more = New();

    private Receiver(WebApplication server) => _server = server;

    /// <summary>How each is answered; 204 at first.</summary>
    public Func<Received, HttpContext, Task> Answer { get; set; } = With(204);

    /// <summary>What came so far.</summary>
    public IReadOnlyList<Received> All => [.. _received];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var receiver = new Receiver(server);
        server.MapPost("/{**path}", receiver.TakeAsync);
        await server.StartAsync();
        return receiver;
    }

    /// <summary>An answer with a status and nothing else.</summary>
    public static Func<Received, HttpContext, Task> With(int status) => (_, http) =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>No answer until the caller goes away.</summary>
    public static async Task Hang(Received received, HttpContext http)
    {
        var gone = New();
        await using var registration = http.RequestAborted.Register(() => gone.TrySetResult());
        await gone.Task;
    }

    /// <summary>Where it listens.</summary>
    public string Url(string path = "hook") => $"{_server.Urls.Single()}/{path}";

    /// <summary>What came of one aggregate.</summary>
    public IReadOnlyList<Received> Of(string subject) => [.. _received.Where(r => r.Subject == subject)];

    /// <summary>Waits until so many have come that are meant.</summary>
    public async Task<IReadOnlyList<Received>> UntilAsync(int count, Func<Received, bool>? meant = null)
    {
        while (true)
        {
            var more = _more.Task;
            var found = _received.Where(r => meant?.Invoke(r) is not false).ToList();
            if (found.Count >= count) return found;
            await more.WaitAsync(Deadline);
        }
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task TakeAsync(HttpContext http)
    {
        var body = await new StreamReader(http.Request.Body, Encoding.UTF8).ReadToEndAsync();
        var headers = http.Request.Headers.ToDictionary(
            h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var received = new Received(http.Request.Path.Value!, body, headers);
        _received.Enqueue(received);
        Interlocked.Exchange(ref _more, New()).TrySetResult();
        await Answer(received, http);
        received.Status = http.Response.StatusCode;
    }
}
