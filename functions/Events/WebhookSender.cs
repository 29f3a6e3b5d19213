using System.Globalization;
using System.Net.Http.Headers;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Events;

/// <summary>Posts events to receivers: the CloudEvent as it was published, with a <see cref="Signature"/> made for this
/// attempt. 2xx is accepted, whatever the answer holds.</summary>
public sealed class WebhookSender(IOptions<WebhooksOptions> options, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _http = new(GuardedConnections.Open(options.Value.AllowPrivate))
    {
        // Each attempt has its own.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Makes one attempt. Whatever the receiver does is an answer, never a fault.</summary>
    public async Task<DeliveryAnswer> SendAsync(
        Subscription subscription, StoredDelivery stored, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(WebhookDelivery.AttemptMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            using var request = Request(subscription, stored);
            using var answer = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new DeliveryAnswer(
                (int)answer.StatusCode, answer.IsSuccessStatusCode ? null : DeliveryAnswer.Refused);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new DeliveryAnswer(null, DeliveryAnswer.TimedOut);
        }
        catch (HttpRequestException e)
        {
            return new DeliveryAnswer(
                null, e.InnerException is AddressRefusedException
                    ? DeliveryAnswer.AddressRefused
                    : DeliveryAnswer.NotConnected);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(Subscription subscription, StoredDelivery stored)
    {
        var delivery = stored.Delivery;
        var request = new HttpRequestMessage(HttpMethod.Post, subscription.Url)
        {
            Content = new ByteArrayContent(stored.Event),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEvent.ContentType);
        request.Headers.Add(Signature.Header, Signature.Of(subscription.Secret, stored.Event, clock.GetUtcNow()));
        request.Headers.Add("x-event-id", delivery.EventId);
        request.Headers.Add("x-event-type", delivery.Type);
        request.Headers.Add("x-attempt", delivery.Attempts.ToString(CultureInfo.InvariantCulture));
        return request;
    }
}
