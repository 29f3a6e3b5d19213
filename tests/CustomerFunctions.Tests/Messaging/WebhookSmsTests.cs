using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CustomerFunctions.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CustomerFunctions.Tests.Messaging;

/// <summary>Text messages against a gateway that speaks HTTP.</summary>
public sealed class WebhookSmsTests : IAsyncLifetime
{
    private const string Secret = "a-secret-of-the-gateway";
    private readonly ConcurrentQueue<int> _answers = new();
    private readonly ConcurrentQueue<(string Body, string Signature)> _received = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly WebApplication _gateway;

    public WebhookSmsTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _gateway = builder.Build();
        _gateway.MapPost("/sms", async (HttpRequest request) =>
        {
            var body = await new StreamReader(request.Body).ReadToEndAsync(Cancel);
            _received.Enqueue((body, request.Headers["x-signature"].ToString()));
            return Results.StatusCode(_answers.TryDequeue(out var status) ? status : 202);
        });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _gateway.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_message_arrives_with_a_signature_that_holds()
    {
        Assert.Equal(Delivery.Accepted, await SendAsync());
        var (body, signature) = Assert.Single(_received);
        var json = JsonNode.Parse(body)!;
        Assert.Equal("+447700900123", json["to"]!.GetValue<string>());
        Assert.Equal("Schön: 123456", json["text"]!.GetValue<string>());
        Assert.Equal("id-1", json["id"]!.GetValue<string>());
        Assert.Equal("Shop", json["from"]!.GetValue<string>());
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes("1800000000." + body));
        Assert.Equal($"t=1800000000,v1={Convert.ToHexStringLower(mac)}", signature);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_passing_fault_is_tried_again(int status)
    {
        _answers.Enqueue(status);
        Assert.Equal(Delivery.Accepted, await SendAsync());
        Assert.Equal(2, _received.Count);
    }

    [Fact]
    public async Task A_fault_that_stays_is_thrown()
    {
        foreach (var _ in Enumerable.Range(0, 3)) _answers.Enqueue(500);
        await Assert.ThrowsAsync<HttpRequestException>(SendAsync);
        Assert.Equal(3, _received.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(302)]
    public async Task Any_other_answer_is_a_refusal_for_good(int status)
    {
        _answers.Enqueue(status);
        Assert.Equal(Delivery.Refused, await SendAsync());
        Assert.Single(_received);
    }

    private async Task<Delivery> SendAsync()
    {
        using var sender = new WebhookSms(
            Options.Create(new SmsOptions { Url = _gateway.Urls.Single() + "/sms", Secret = Secret, From = "Shop" }),
            _clock);
        return await sender.SendAsync(new TextMessage("id-1", "+447700900123", "Schön: 123456"), Cancel);
    }
}
