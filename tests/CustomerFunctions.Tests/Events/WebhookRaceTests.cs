using CustomerFunctions.Events;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Events;

/// <summary>Whoever writes of a delivery is held back before each of his storage calls while another overtakes him:
/// whatever a subscription is owed arrives, and no mark or row is left over.</summary>
public sealed class WebhookRaceTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_round_and_the_hearing_never_miss_each_other_when_the_hearing_is_held_back()
    {
        await using var hook = await Hook.OpenAsync(app);
        var paused = await FaultEnumeration.PauseAsync(
            "webhook: hear and send", app.Probe, () => WebhookCase.NewAsync(app, hook), WebhookCase.HearAsync,
            WebhookCase.RoundAsync, WebhookCase.ArrivedAsync);
        Assert.True(paused >= 7, $"{paused} pauses");
    }

    [Fact]
    public async Task What_fails_is_not_forgotten_when_a_round_overtakes_the_hearing()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.PauseAsync(
            "webhook: put off and send", app.Probe,
            async () =>
            {
                hook.Receiver.Answer = Receiver.With(500);
                return await WebhookCase.NewAsync(app, hook);
            },
            WebhookCase.HearAsync, WebhookCase.RoundAsync,
            async c =>
            {
                hook.Receiver.Answer = Receiver.With(204);
                await WebhookCase.ArrivedAsync(c);
            });
    }

    [Fact]
    public async Task What_a_receiver_that_is_not_well_is_owed_is_not_forgotten_when_a_round_overtakes_the_hearing()
    {
        await using var hook = await Hook.OpenAsync(app);
        var id = (await hook.SubscriptionAsync()).Id;
        await FaultEnumeration.PauseAsync(
            "webhook: leave to the timer", app.Probe,
            async () =>
            {
                var c = await WebhookCase.NewAsync(app, hook);
                app.Services.GetRequiredService<ReceiverHealth>().Note(id, answered: false, TimeSpan.Zero);
                return c;
            },
            WebhookCase.HearAsync, WebhookCase.RoundAsync, WebhookCase.ArrivedAsync, callsVary: true);
    }

    [Fact]
    public async Task Two_rounds_send_once_wherever_one_is_held_back()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.PauseAsync(
            "webhook: send and send", app.Probe, () => WebhookCase.DueAsync(app, hook), WebhookCase.RoundAsync,
            async c =>
            {
                await hook.RoundAsync(elsewhere: true);
                return true;
            },
            async c =>
            {
                await hook.SettleAsync();
                Assert.Single(c.Came, r => r.Attempt == 2);
                Assert.DoesNotContain(c.Came, r => r.Attempt > 2);
            },
            callsVary: true);
    }

    [Fact]
    public async Task Two_events_of_one_aggregate_both_arrive_wherever_one_is_held_back()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.PauseAsync(
            "webhook: hear and hear", app.Probe, () => WebhookCase.NewAsync(app, hook), WebhookCase.HearAsync,
            async c =>
            {
                await hook.HearAsync(c.Key, 2);
                return true;
            },
            async c =>
            {
                await hook.SettleAsync();
                Assert.Equal([1L, 2], c.Came.Select(r => r.Sequence).Distinct().Order());
            });
    }

    [Fact]
    public async Task A_replay_that_meets_the_giving_up_loses_nothing()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.PauseAsync(
            "webhook: give up and replay", app.Probe, () => WebhookCase.AtLastAsync(app, hook), WebhookCase.RoundAsync, WebhookCase.ReplayAsync,
            async c =>
            {
                hook.Receiver.Answer = Receiver.With(204);
                await hook.SettleAsync();
                await WebhookCase.ReplayAsync(c);
                await WebhookCase.ArrivedAsync(c);
                Assert.Empty(await hook.DeadAsync());
            },
            callsVary: true);
    }

    [Fact]
    public async Task Two_replays_meet_and_lose_nothing()
    {
        await using var hook = await Hook.OpenAsync(app);
        await FaultEnumeration.PauseAsync(
            "webhook: replay and replay", app.Probe, () => WebhookCase.DeadAsync(app, hook), WebhookCase.ReplayAsync, WebhookCase.ReplayAsync,
            async c =>
            {
                Assert.Empty(await hook.DeadAsync());
                await WebhookCase.ArrivedAsync(c);
            });
    }
}
