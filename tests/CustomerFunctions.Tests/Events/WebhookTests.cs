using CustomerFunctions.Events;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Events;

/// <summary>Events on their way to receivers.</summary>
public sealed class WebhookTests(AppUnderTest app, AzuriteFixture azurite) : IClassFixture<AppUnderTest>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_event_arrives_as_it_was_published_signed_and_named()
    {
        await using var hook = await Hook.OpenAsync(app);
        var (key, now) = (app.NewName("key"), app.Clock.GetUtcNow());
        await hook.HearAsync(key, 7);
        var received = Assert.Single(hook.Receiver.All);
        Assert.Equal(hook.Event(key, 7), received.Body);
        Assert.Equal("/hook", received.Path);
        Assert.True(received.IsSignedWith(Hook.Secret));
        Assert.False(received.IsSignedWith(Hook.Secret + "x"));
        Assert.Equal(now.ToUnixTimeSeconds(), received.SignedAt.ToUnixTimeSeconds());
        Assert.Equal("application/cloudevents+json", received.Headers["Content-Type"]);
        Assert.Equal($"{received.Json["id"]}", received.Headers["x-event-id"]);
        Assert.Equal("profile.erased", received.Headers["x-event-type"]);
        Assert.Equal(1, received.Attempt);
        Assert.Empty(await hook.RowsAsync());
        Assert.Empty(await hook.MarksAsync());
    }

    [Fact]
    public async Task Only_those_who_want_it_in_its_environment_are_told()
    {
        await using var every = await Hook.OpenAsync(app, events: ["*"]);
        await using var kind = await Hook.OpenAsync(app, events: ["profile.*"]);
        await using var other = await Hook.OpenAsync(app, events: ["points.*", "profile.created"]);
        await using var sandbox = await Hook.OpenAsync(app, events: ["*"], environment: "sandbox");
        await every.HearAsync(app.NewName("key"), 1);
        Assert.Single(every.Receiver.All);
        Assert.Single(kind.Receiver.All);
        Assert.Empty(other.Receiver.All);
        Assert.Empty(sandbox.Receiver.All);
        await every.HearAsync(every.Event(app.NewName("key"), 1, "sandbox"));
        Assert.Single(sandbox.Receiver.All);
        Assert.Single(every.Receiver.All);
    }

    [Fact]
    public async Task What_fails_comes_again_later_and_later_each_time_signed_anew()
    {
        await using var hook = await Hook.OpenAsync(app);
        var key = app.NewName("key");
        hook.Receiver.Answer = Receiver.With(503);
        await hook.HearAsync(key, 1);
        var signedAt = new List<DateTimeOffset> { Assert.Single(hook.Receiver.All).SignedAt };
        foreach (var pause in WebhookDelivery.Pauses)
        {
            // Not before its time.
            await hook.LaterAsync(pause - TimeSpan.FromSeconds(1));
            Assert.Equal(signedAt.Count, hook.Receiver.All.Count);
            await hook.LaterAsync((pause * 0.1) + Minute);
            Assert.Equal(signedAt.Count + 1, hook.Receiver.All.Count);
            var last = hook.Receiver.All[^1];
            Assert.Equal(signedAt.Count + 1, last.Attempt);
            Assert.True(last.IsSignedWith(Hook.Secret));
            Assert.True(last.SignedAt > signedAt[^1]);
            signedAt.Add(last.SignedAt);
        }

        Assert.Equal(WebhookDelivery.AttemptsMax, signedAt.Count);
        await hook.LaterAsync(TimeSpan.FromDays(3));
        Assert.Equal(signedAt.Count, hook.Receiver.All.Count);
        var dead = Assert.Single(await hook.DeadAsync())!;
        Assert.Equal(hook.Receiver.All[0].Body, dead["event"]!.ToJsonString(Json.Options));
        Assert.Equal(
            (WebhookDelivery.AttemptsMax, 503, "status", "profile.erased", 1, $"profile/{key}"),
            ((int)dead["attempts"]!, (int)dead["lastStatus"]!, (string?)dead["reason"], (string?)dead["type"],
                (int)dead["sequence"]!, (string?)dead["subject"]));
        Assert.Equal(signedAt[^1], dead["lastAttemptAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task What_was_given_up_can_be_replayed_once_or_again()
    {
        await using var hook = await Hook.OpenAsync(app);
        string[] keys = [app.NewName("key"), app.NewName("key"), app.NewName("key")];
        foreach (var key in keys) await hook.GiveUpAsync(key, 1);
        var dead = await hook.DeadAsync();
        Assert.Equal(3, dead.Count);
        var page = (await hook.Shop.GetAsync($"{hook.Path}/dead?limit=2")).Expect(200).Json;
        var rest = (await hook.Shop.GetAsync($"{hook.Path}/dead?limit=2&cursor={page["next"]}")).Expect(200).Json;
        Assert.Equal(
            dead.Select(d => $"{d!["eventId"]}"),
            page["items"]!.AsArray().Concat(rest["items"]!.AsArray()).Select(d => $"{d!["eventId"]}"));
        Assert.Null(rest["next"]);

        var came = hook.Receiver.All.Count;
        var one = $"{dead[1]!["eventId"]}";
        Assert.Equal(1, (await hook.ReplayAsync(one, new('0', 32))).Expect(202).Number("replayed"));
        Assert.Equal(0, (await hook.ReplayAsync(one)).Expect(202).Number("replayed"));
        await hook.RoundAsync();
        Assert.Equal(came + 1, hook.Receiver.All.Count);
        Assert.Equal((one, 1), (hook.Receiver.All[^1].Headers["x-event-id"], hook.Receiver.All[^1].Attempt));
        Assert.Equal(2, (await hook.ReplayAsync()).Expect(202).Number("replayed"));
        Assert.Equal(0, (await hook.ReplayAsync()).Expect(202).Number("replayed"));
        await hook.RoundAsync();
        Assert.Equal(came + 3, hook.Receiver.All.Count);
        Assert.Empty(await hook.DeadAsync());
        Assert.Equal(["/eventIds/0"], (await hook.ReplayAsync("x")).ExpectProblem(400, "invalid").WrongFields);
        await hook.SettleAsync();
    }

    [Fact]
    public async Task A_later_event_of_an_aggregate_waits_while_an_earlier_one_does()
    {
        await using var hook = await Hook.OpenAsync(app);
        var (stuck, free) = (app.NewName("stuck"), app.NewName("free"));
        hook.Receiver.Answer = (r, http) =>
            Receiver.With(r.Subject == $"profile/{stuck}" && r.Attempt == 1 ? 500 : 204)(r, http);
        await hook.HearAsync(stuck, 1);
        hook.Receiver.Answer = Receiver.With(204);
        await hook.HearAsync(stuck, 2);
        await hook.HearAsync(stuck, 3);
        await hook.HearAsync(free, 1);
        Assert.Equal([$"profile/{stuck}", $"profile/{free}"], hook.Receiver.All.Select(r => r.Subject));
        await hook.LaterAsync(2 * Minute);
        Assert.Equal([1L, 1, 2, 3], hook.Receiver.Of($"profile/{stuck}").Select(r => r.Sequence));
        await hook.SettleAsync();
    }

    [Fact]
    public async Task One_that_is_given_up_lets_the_next_of_its_aggregate_go()
    {
        await using var hook = await Hook.OpenAsync(app);
        var key = app.NewName("key");
        hook.Receiver.Answer = (r, http) => Receiver.With(r.Sequence == 1 ? 410 : 204)(r, http);
        await hook.HearAsync(key, 1);
        await hook.HearAsync(key, 2);
        foreach (var pause in WebhookDelivery.Pauses) await hook.LaterAsync((pause * 1.1) + Minute);
        Assert.Equal(2, hook.Receiver.All[^1].Sequence);
        Assert.Equal(1, (int)Assert.Single(await hook.DeadAsync())!["sequence"]!);
        await hook.SettleAsync();
    }

    [Fact]
    public async Task A_subscription_that_goes_takes_along_what_it_was_owed_and_a_new_one_inherits_nothing()
    {
        await using var hook = await Hook.OpenAsync(app);
        await hook.GiveUpAsync(app.NewName("dead"), 1);
        hook.Receiver.Answer = Receiver.With(500);
        await hook.HearAsync(app.NewName("waiting"), 1);
        var came = hook.Receiver.All.Count;
        (await hook.Shop.DeleteAsync(hook.Path)).Expect(204);
        (await hook.Shop.GetAsync($"{hook.Path}/dead")).ExpectProblem(404, "not-found");
        (await hook.ReplayAsync()).ExpectProblem(404, "not-found");
        (await hook.PutAsync(["*"])).Expect(201);
        Assert.Empty(await hook.DeadAsync());
        await hook.LaterAsync(TimeSpan.FromHours(2));
        Assert.Equal(came, hook.Receiver.All.Count);
        Assert.Empty(await hook.RowsAsync());
        Assert.Empty(await hook.MarksAsync());
    }

    [Fact]
    public async Task What_was_given_up_is_kept_for_thirty_days()
    {
        await using var hook = await Hook.OpenAsync(app);
        await hook.GiveUpAsync(app.NewName("key"), 1);
        await hook.LaterAsync(WebhookDelivery.DeadMax - TimeSpan.FromMinutes(5));
        Assert.Single(await hook.DeadAsync());
        await hook.LaterAsync(TimeSpan.FromMinutes(10));
        Assert.Empty(await hook.DeadAsync());
        Assert.Empty(await hook.RowsAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"specversion":"1.0","id":"x","source":"/customerfunctions/live","type":"customerfunctions.a.b","subject":"a/b","sequence":1}""")]
    [InlineData("""{"id":1,"source":"/customerfunctions/live","type":{},"subject":"\ud800","sequence":"1"}""")]
    public async Task A_message_that_is_no_event_is_left_out(string message)
    {
        await using var hook = await Hook.OpenAsync(app, events: ["*"]);
        await hook.HearAsync(message);
        Assert.Empty(hook.Receiver.All);
        Assert.Empty(await hook.RowsAsync());
    }

    [Fact]
    public async Task What_the_topic_set_aside_is_delivered_all_the_same()
    {
        await using var hook = await Hook.OpenAsync(app);
        var key = app.NewName("key");
        await hook.HearDeadAsync(key, 3);
        Assert.Equal(3, Assert.Single(hook.Receiver.Of($"profile/{key}")).Sequence);
    }

    [Fact]
    public async Task What_happens_in_the_app_reaches_the_receiver_by_way_of_the_topic()
    {
        await using var own = new AppUnderTest(azurite) { HearsEvents = true };
        await own.InitializeAsync();
        await using var hook = await Hook.OpenAsync(own, events: ["profile.*", "points.added"]);
        (await hook.Shop.PutAsync("programs/stars", new { title = "Stars" })).Expect(201);
        (await hook.Shop.PutAsync("profiles/zoe", new { kind = "guest", name = "Zoë" })).Expect(201);
        (await hook.Shop.PatchAsync("profiles/zoe", new { name = "Zoe" })).Expect(200);
        (await hook.Shop.PostAsync("programs/stars/profiles/zoe/points", new { points = 1, reason = "x" })).Expect(201);
        await own.Services.GetRequiredService<OutboxPublisher>().PublishAsync(default);
        var told = await hook.Receiver.UntilAsync(3);
        Assert.Equal(
            ["points.added", "profile.changed", "profile.created"],
            told.Select(r => r.Headers["x-event-type"]).Order());
        Assert.All(told, r => Assert.True(r.IsSignedWith(Hook.Secret)));
    }
}
