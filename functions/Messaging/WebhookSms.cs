using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CustomerFunctions.Shared.Http;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Messaging;

/// <summary>
/// Hands text messages to a gateway by <c>POST</c>: <c>{id, from, to, text}</c>, with a <see cref="Signature"/>. 2xx is
/// accepted; 408, 429 and 5xx pass; any other answer is a refusal for good. The gateway knows a repeated message by its
/// id.
/// </summary>
public sealed class WebhookSms(IOptions<SmsOptions> options, TimeProvider clock) : ISmsSender, IDisposable
{
    // Redirects are not followed: the signature is for this address only.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(TextMessage message, CancellationToken cancel)
    {
        var body = Encoding.UTF8.GetBytes(
            Json.Write(new Body(message.Id, options.Value.From, message.To, message.Text)));
        return await Repeats.Pipeline.ExecuteAsync(async c => await PostAsync(body, c), cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<Delivery> PostAsync(byte[] body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.Url)
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add(Signature.Header, Signature.Of(options.Value.Secret ?? "", body, clock.GetUtcNow()));
        using var answer = await _http.SendAsync(request, cancel);
        if (answer.IsSuccessStatusCode) return Delivery.Accepted;
        if (IsPassing(answer.StatusCode))
            throw new HttpRequestException("The SMS gateway is not ready.", null, answer.StatusCode);
        return Delivery.Refused;
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private sealed record Body(string Id, string? From, string To, string Text);
}
