using System.Text;
using CustomerFunctions.Events;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Events;

/// <summary>An event of an aggregate of its own, and what tests do with it.</summary>
internal sealed record WebhookCase(Hook Hook, string Key)
{
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(2);

    public string Subject => $"profile/{Key}";

    /// <summary>What the receiver got of it.</summary>
    public IReadOnlyList<Received> Came => Hook.Receiver.Of(Subject);

    /// <summary>Nothing that is kept for some seconds is left from the case before, so that all make the same calls.
    /// </summary>
    public static Task<WebhookCase> NewAsync(AppUnderTest app, Hook hook)
    {
        app.Clock.Advance(Late);
        return Task.FromResult(new WebhookCase(hook, app.NewName("key")));
    }

    /// <summary>An event whose second attempt is due.</summary>
    public static async Task<WebhookCase> DueAsync(AppUnderTest app, Hook hook)
    {
        var c = await NewAsync(app, hook);
        hook.Receiver.Answer = Receiver.With(500);
        await HearAsync(c);
        hook.Receiver.Answer = Receiver.With(204);
        app.Clock.Advance(Late);
        return c;
    }

    /// <summary>An event whose last attempt is due, and will fail.</summary>
    public static async Task<WebhookCase> AtLastAsync(AppUnderTest app, Hook hook)
    {
        var c = await NewAsync(app, hook);
        var told = PublishedEvent.Read(hook.Event(c.Key, 1))!;
        var subscription = await hook.SubscriptionAsync();
        var line = DeliveryLine.Of(AppEnvironment.Live, subscription.Id, told.Subject);
        var now = app.Clock.GetUtcNow();
        var delivery = new WebhookDelivery(told.EventId, told.Type, told.Subject, told.Sequence)
        {
            Attempts = WebhookDelivery.AttemptsMax - 1,
            DueAt = now,
        };
        await app.Services.GetRequiredService<DueIndex>().MarkAsync(
            DeliveryDesk.DueKind(subscription.Id), line.ToString(), now, default);
        await app.Services.GetRequiredService<DeliveriesTable>().PutAsync(
            line, delivery, Encoding.UTF8.GetBytes(told.Text), default);
        hook.Receiver.Answer = Receiver.With(500);
        return c;
    }

    /// <summary>An event that was given up.</summary>
    public static async Task<WebhookCase> DeadAsync(AppUnderTest app, Hook hook)
    {
        var c = await AtLastAsync(app, hook);
        await hook.RoundAsync();
        Assert.Single(await hook.DeadAsync());
        hook.Receiver.Answer = Receiver.With(204);
        app.Clock.Advance(Late);
        return c;
    }

    public static async Task<bool> HearAsync(WebhookCase c)
    {
        await c.Hook.HearAsync(c.Key, 1);
        return true;
    }

    public static async Task<bool> RoundAsync(WebhookCase c)
    {
        await c.Hook.RoundAsync();
        return true;
    }

    public static async Task<bool> ReplayAsync(WebhookCase c) => (await c.Hook.ReplayAsync()).IsSuccess;

    /// <summary>Asserts that the receiver has taken it, and that nothing is left of it here.</summary>
    public static async Task ArrivedAsync(WebhookCase c)
    {
        await c.Hook.SettleAsync();
        Assert.Contains(c.Came, r => r.Status == 204);
        Assert.All(c.Came, r => Assert.True(r.IsSignedWith(Hook.Secret)));
        Assert.DoesNotContain(await c.Hook.DeadAsync(), d => $"{d!["subject"]}" == c.Subject);
    }
}
