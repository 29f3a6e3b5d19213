using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CustomerFunctions.Shared.Http;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Messaging;

/// <summary>
/// Hands text messages to a gateway by <c>POST</c>: <c>{id, from, to, text}</c>, signed in the header
/// <c>x-signature: t={unix seconds},v1={hex HMAC-SHA256 of "t.body"}</c>. 2xx is accepted; 408, 429 and 5xx pass; any
/// other answer is a refusal for good. The gateway knows a repeated message by its id.
/// </summary>
public sealed class WebhookSms(IOptions<SmsOptions> options, TimeProvider clock) : ISmsSender, IDisposable
{
    /// <summary>The header with the signature.</summary>
    public const string SignatureHeader = "x-signature";

    // Redirects are not followed: the signature is for this address only.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(TextMessage message, CancellationToken cancel)
    {
        var body = Json.Write(new Body(message.Id, options.Value.From, message.To, message.Text));
        return await Repeats.Pipeline.ExecuteAsync(async c => await PostAsync(body, c), cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<Delivery> PostAsync(string body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.Url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(SignatureHeader, Sign(body));
        using var answer = await _http.SendAsync(request, cancel);
        if (answer.IsSuccessStatusCode) return Delivery.Accepted;
        if (IsPassing(answer.StatusCode))
            throw new HttpRequestException("The SMS gateway is not ready.", null, answer.StatusCode);
        return Delivery.Refused;
    }

    private string Sign(string body)
    {
        var at = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(options.Value.Secret ?? ""), Encoding.UTF8.GetBytes($"{at}.{body}"));
        return $"t={at},v1={Convert.ToHexStringLower(mac)}";
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private sealed record Body(string Id, string? From, string To, string Text);
}
