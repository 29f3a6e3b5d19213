using CustomerFunctions.Events.Domain;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Events;

/// <summary>Receivers that hang, are gone, send elsewhere or never end.</summary>
public sealed class WebhookReceiverTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_receiver_that_hangs_is_left_after_ten_seconds_and_holds_nobody_back()
    {
        await using var slow = await Hook.OpenAsync(app);
        await using var quick = await Hook.OpenAsync(app);
        slow.Receiver.Answer = Receiver.Hang;
        var hearing = slow.HearAsync(app.NewName("key"), 1);
        await slow.Receiver.UntilAsync(1);
        await quick.UntilGoneAsync();
        Assert.False(hearing.IsCompleted);
        app.Clock.Advance(WebhookDelivery.AttemptMax);
        await hearing;

        // From now on messages do not wait for it.
        await slow.HearAsync(app.NewName("key"), 1);
        Assert.Single(slow.Receiver.All);
        Assert.Equal(2, quick.Receiver.All.Count);
        slow.Receiver.Answer = Receiver.With(204);
        await slow.LaterAsync(2 * Minute);
        Assert.Equal(3, slow.Receiver.All.Count);
        await slow.SettleAsync();
        await slow.HearAsync(app.NewName("key"), 1);
        Assert.Equal(4, slow.Receiver.All.Count);
    }

    [Fact]
    public async Task A_round_ends_with_a_receiver_that_does_not_answer_and_counts_no_more_attempts_there()
    {
        await using var hook = await Hook.OpenAsync(app);
        hook.Receiver.Answer = Receiver.With(500);
        for (var i = 0; i < 12; i++) await hook.HearAsync(app.NewName("key"), 1);
        hook.Receiver.Answer = Receiver.Hang;
        app.Clock.Advance(2 * Minute);
        var round = hook.RoundAsync();
        // As many as are tried side by side.
        await hook.Receiver.UntilAsync(12 + 4);
        app.Clock.Advance(WebhookDelivery.AttemptMax);
        await round;
        Assert.Equal(16, hook.Receiver.All.Count);
        Assert.Equal(4, (await hook.RowsAsync()).Count(r => r.GetInt32("Attempts") == 2));
        Assert.Equal(8, (await hook.RowsAsync()).Count(r => r.GetInt32("Attempts") == 1));
        hook.Receiver.Answer = Receiver.With(204);
        await hook.LaterAsync(TimeSpan.FromMinutes(10));
        await hook.SettleAsync();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task A_redirect_is_no_answer_and_is_not_followed(int status)
    {
        await using var hook = await Hook.OpenAsync(app);
        await using var elsewhere = await Receiver.StartAsync();
        hook.Receiver.Answer = (_, http) =>
        {
            http.Response.Headers.Location = elsewhere.Url();
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await hook.HearAsync(app.NewName("key"), 1);
        Assert.Empty(elsewhere.All);
        Assert.Equal(status, Assert.Single(await hook.RowsAsync()).GetInt32("LastStatus"));
    }

    [Fact]
    public async Task An_answer_without_end_is_not_waited_for()
    {
        await using var hook = await Hook.OpenAsync(app);
        hook.Receiver.Answer = async (_, http) =>
        {
            var chunk = new byte[16 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
        };
        await hook.HearAsync(app.NewName("key"), 1);
        Assert.Empty(await hook.RowsAsync());
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_tried_again()
    {
        var hook = await Hook.OpenAsync(app);
        await hook.Receiver.DisposeAsync();
        await hook.HearAsync(app.NewName("key"), 1);
        Assert.Equal("no-connection", Assert.Single(await hook.RowsAsync()).GetString("Reason"));
        await hook.DisposeAsync();
    }
}
