using CustomerFunctions.Codes;
using CustomerFunctions.Tests.Harness;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Codes;

/// <summary>Every storage call of every write path of codes fails once, and one writer overtakes another.</summary>
public sealed class CodeFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private sealed record Case(Letterbox Box, string Secret)
    {
        public int First { get; set; }

        public int Second { get; set; }
    }

    [Fact]
    public Task Redeeming_survives_a_fault_at_every_call() => FaultEnumeration.RunAsync(
        "redeem a token", app.Probe, NewTokenAsync,
        async c => (await c.Box.RedeemAsync(c.Secret, again: true)).Status == 200,
        async c => (await c.Box.RedeemAsync(c.Secret)).ExpectProblem(404, "token-invalid"));

    [Fact]
    public Task Confirming_survives_a_fault_at_every_call() => FaultEnumeration.RunAsync(
        "confirm a phone", app.Probe, NewCodeAsync,
        async c => (await c.Box.ConfirmAsync(c.Secret, again: true)).Status == 200,
        async c =>
        {
            Assert.True(await c.Box.IsVerifiedAsync());
            Assert.Equal(2, (await c.Box.StoredAsync()).Version);
            (await c.Box.ConfirmAsync(c.Secret)).ExpectProblem(409, "no-code");
        });

    [Fact]
    public Task A_wrong_guess_is_counted_once_whatever_call_fails() => FaultEnumeration.RunAsync(
        "guess a code", app.Probe, NewCodeAsync,
        async c => (await c.Box.ConfirmAsync(Letterbox.Other(c.Secret), again: true)).Status == 422,
        async c => Assert.Equal(3, (await c.Box.ConfirmAsync(Letterbox.Other(c.Secret))).Expect(422).Number("triesLeft")));

    [Fact]
    public Task A_request_by_email_is_kept_whatever_call_fails() => FaultEnumeration.RunAsync(
        "request a token", app.Probe, NewAsync,
        async c => (await c.Box.RequestAsync(again: true)).Status == 202,
        async c =>
        {
            await c.Box.SendAsync();
            Assert.Single(app.Letters.To(c.Box.Email));
            (await c.Box.RedeemAsync(app.Letters.Secret(c.Box.Email))).Expect(200);
        });

    [Fact]
    public Task Sending_survives_a_fault_at_every_call() => FaultEnumeration.RunAsync(
        "send a letter", app.Probe,
        async () =>
        {
            var c = await NewAsync();
            (await c.Box.RequestAsync()).Expect(202);
            return c;
        },
        async c =>
        {
            await c.Box.SendAsync();
            var isSent = app.Letters.To(c.Box.Email).Length > 0;
            // Whoever was sending when it broke off keeps the others from it for two minutes.
            if (!isSent) app.Clock.Advance(TimeSpan.FromMinutes(2));
            return isSent;
        },
        async c =>
        {
            app.Clock.Advance(TimeSpan.FromMinutes(2));
            await c.Box.SendAsync();
            Assert.InRange(app.Letters.To(c.Box.Email).Length, 1, 2);
            (await c.Box.RedeemAsync(app.Letters.Secret(c.Box.Email))).Expect(200);
        },
        callsVary: true);

    [Fact]
    public Task Of_two_who_redeem_at_once_one_wins() => FaultEnumeration.PauseAsync(
        "redeem and redeem", app.Probe, NewTokenAsync,
        async c => (c.First = (await c.Box.RedeemAsync(c.Secret)).Status) is 200 or 404,
        async c => (c.Second = (await c.Box.RedeemAsync(c.Secret)).Status) is 200 or 404,
        c =>
        {
            Assert.Equal([200, 404], ((int[])[c.First, c.Second]).Order());
            return Task.CompletedTask;
        });

    [Fact]
    public Task A_new_code_voids_the_old_wherever_a_guess_is_held_back() => FaultEnumeration.PauseAsync(
        "confirm and ask anew", app.Probe, NewCodeAsync,
        async c => (c.First = (await c.Box.ConfirmAsync(c.Secret, again: true)).Status) is 200 or 409 or 422,
        async c => (await c.Box.NewCodeAsync()).Length == 6,
        async c =>
        {
            Assert.Equal(c.First == 200, await c.Box.IsVerifiedAsync());
            (await c.Box.ConfirmAsync(app.Letters.Secret(c.Box.Phone))).Expect(200);
        },
        callsVary: true);

    [Fact]
    public Task A_letter_is_sent_once_wherever_one_of_two_senders_is_held_back() => FaultEnumeration.PauseAsync(
        "send and send", app.Probe,
        async () =>
        {
            var c = await NewAsync();
            (await c.Box.RequestAsync()).Expect(202);
            return c;
        },
        async c =>
        {
            await c.Box.SendAsync();
            return true;
        },
        async c =>
        {
            // On another machine: this one's timers do not overlap.
            await ActivatorUtilities.CreateInstance<SendLetters>(app.Services)
                .Run(new TimerInfo(), TestContext.Current.CancellationToken);
            return true;
        },
        async c =>
        {
            await c.Box.SendAsync();
            Assert.Single(app.Letters.To(c.Box.Email));
            (await c.Box.RedeemAsync(app.Letters.Secret(c.Box.Email))).Expect(200);
        },
        callsVary: true);

    [Fact]
    public async Task Many_who_redeem_at_once_make_one_winner()
    {
        var c = await NewTokenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => c.Box.RedeemAsync(c.Secret)));
        Assert.Single(answers, a => a.Status == 200);
    }

    private async Task<Case> NewAsync() => new(await Letterbox.NewAsync(app), "");

    private async Task<Case> NewTokenAsync()
    {
        var box = await Letterbox.NewAsync(app);
        return new Case(box, await box.NewTokenAsync());
    }

    private async Task<Case> NewCodeAsync()
    {
        var box = await Letterbox.NewAsync(app);
        return new Case(box, await box.NewCodeAsync());
    }
}
