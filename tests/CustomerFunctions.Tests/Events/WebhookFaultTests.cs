using CustomerFunctions.Events;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Events;

/// <summary>Each storage call of webhooks fails once: whatever a subscription is owed arrives or is among those given up,
/// and no mark or row is left over. Rounds differ in their calls by what earlier cases left to be cleared.</summary>
public sealed class WebhookFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Hearing_survives_a_fault_at_any_of_its_calls()
    {
        await using var hook = await Hook.OpenAsync(app);
        var tried = await FaultEnumeration.RunAsync(
            "webhook: hear", app.Probe, () => WebhookCase.NewAsync(app, hook), WebhookCase.HearAsync, WebhookCase.ArrivedAsync);
        Assert.True(tried >= 10, $"{tried} faults");
    }

    [Fact]
    public async Task Putting_off_survives_a_fault_at_any_of_its_calls()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.RunAsync(
            "webhook: hear and put off", app.Probe, () => WebhookCase.NewAsync(app, hook),
            async c =>
            {
                hook.Receiver.Answer = Receiver.With(500);
                await WebhookCase.HearAsync(c);
                return true;
            },
            async c =>
            {
                hook.Receiver.Answer = Receiver.With(204);
                await WebhookCase.ArrivedAsync(c);
            });
    }

    [Fact]
    public async Task Sending_what_is_due_survives_a_fault_at_any_of_its_calls()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.RunAsync(
            "webhook: send", app.Probe, () => WebhookCase.DueAsync(app, hook), WebhookCase.RoundAsync, WebhookCase.ArrivedAsync, callsVary: true);
    }

    [Fact]
    public async Task Giving_up_survives_a_fault_at_any_of_its_calls()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.RunAsync(
            "webhook: give up", app.Probe, () => WebhookCase.AtLastAsync(app, hook), WebhookCase.RoundAsync,
            async c =>
            {
                await hook.SettleAsync();
                Assert.Single(await hook.DeadAsync(), d => $"{d!["subject"]}" == c.Subject);
            },
            callsVary: true);
    }

    [Fact]
    public async Task Replaying_survives_a_fault_at_any_of_its_calls()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.RunAsync(
            "webhook: replay", app.Probe, () => WebhookCase.DeadAsync(app, hook), WebhookCase.ReplayAsync,
            async c =>
            {
                Assert.Empty(await hook.DeadAsync());
                await WebhookCase.ArrivedAsync(c);
            });
    }

    [Fact]
    public async Task Subscribing_survives_a_fault_at_any_of_its_calls()
    {
        var shop = await app.NewApplicationAsync();
        // The key is known from here on.
        (await shop.GetAsync("events/subscriptions")).Expect(200);
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        await FaultEnumeration.RunAsync(
            "webhook: subscribe", app.Probe, () => Task.FromResult(app.NewName("s")),
            async name =>
            {
                var put = await shop.PutAsync(
                    $"events/subscriptions/{name}", new { url = "https://example.com", events = new[] { "*" } },
                    ("Idempotency-Key", name));
                if (put.IsSuccess) secrets[name] = put.Expect(201).Text("secret");
                return put.IsSuccess;
            },
            async name =>
            {
                var book = app.Services.GetRequiredService<SubscriptionBook>();
                Assert.Equal(secrets[name], (await book.FindAsync(AppEnvironment.Live, name, default))!.Secret);
                (await shop.DeleteAsync($"events/subscriptions/{name}")).Expect(204);
            });
    }

    [Fact]
    public async Task Unsubscribing_survives_a_fault_at_any_of_its_calls()
    {
        await FaultEnumeration.RunAsync(
            "webhook: unsubscribe", app.Probe,
            async () =>
            {
                app.Clock.Advance(WebhookCase.Late);
                var hook = await Hook.OpenAsync(app);
                hook.Receiver.Answer = Receiver.With(500);
                await hook.HearAsync(app.NewName("key"), 1);
                return hook;
            },
            async hook => (await hook.Shop.DeleteAsync(hook.Path)).Status is 204 or 404,
            async hook =>
            {
                await hook.LaterAsync(TimeSpan.FromHours(2));
                Assert.Empty(await hook.RowsAsync());
                Assert.Empty(await hook.MarksAsync());
                await hook.DisposeAsync();
            },
            callsVary: true);
    }
}
