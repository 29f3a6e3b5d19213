using CustomerFunctions.Messaging;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Codes;

public sealed class PasswordResetTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_token_is_mailed_and_tells_once_who_may_set_a_password()
    {
        var zoe = await Letterbox.NewAsync(app);
        (await zoe.RequestAsync(" " + zoe.Email.ToUpperInvariant())).Expect(202);
        await zoe.SendAsync();
        var token = app.Letters.Secret(zoe.Email);
        Assert.Matches("^[0-9a-f]{96}$", token);
        Assert.Equal(zoe.Id, (await zoe.RedeemAsync(token)).Expect(200).Text("profileId"));
        (await zoe.RedeemAsync(token)).ExpectProblem(404, "token-invalid");
        Assert.Single(app.Letters.To(zoe.Email));
    }

    [Fact]
    public async Task Known_and_unknown_emails_are_answered_alike_with_the_same_work()
    {
        var zoe = await Letterbox.NewAsync(app);
        await zoe.RequestAsync();
        var answers = new List<(string, string, int)>();
        foreach (var email in (string[])[zoe.Email, "nobody@example.com"])
        {
            app.Probe.Count();
            var answer = (await zoe.RequestAsync(email)).Expect(202);
            answers.Add((answer.Body, string.Join(",", answer.Headers.Keys.Order()), app.Probe.Calls.Count));
        }

        Assert.Equal(answers[0], answers[1]);
        var before = app.Letters.All.Count;
        await zoe.SendAsync();
        Assert.Equal(before + 1, app.Letters.All.Count);
    }

    [Fact]
    public async Task Too_many_requests_by_email_are_dropped_without_a_word()
    {
        var zoe = await Letterbox.NewAsync(app);
        for (var i = 0; i < 5; i++)
        {
            (await zoe.RequestAsync()).Expect(202);
            await zoe.SendAsync();
        }

        Assert.Equal(3, app.Letters.To(zoe.Email).Length);
        (await zoe.Shop.PostAsync(zoe.Profile + "/password-reset")).ExpectProblem(429, "too-many-letters");
        app.Clock.Advance(TimeSpan.FromMinutes(15));
        (await zoe.RequestAsync()).Expect(202);
        await zoe.SendAsync();
        Assert.Equal(4, app.Letters.To(zoe.Email).Length);
    }

    [Fact]
    public async Task Staff_is_told_when_enough_was_sent()
    {
        var zoe = await Letterbox.NewAsync(app);
        for (var i = 0; i < 3; i++) (await zoe.Shop.PostAsync(zoe.Profile + "/password-reset")).Expect(202);
        var refused = (await zoe.Shop.PostAsync(zoe.Profile + "/password-reset")).ExpectProblem(429, "too-many-letters");
        Assert.Equal("900", refused.Headers["Retry-After"]);
    }

    [Fact]
    public async Task A_new_token_voids_the_earlier_one()
    {
        var zoe = await Letterbox.NewAsync(app);
        var first = await zoe.NewTokenAsync();
        (await zoe.RequestAsync()).Expect(202);
        await zoe.SendAsync();
        var second = app.Letters.Secret(zoe.Email);
        Assert.NotEqual(first, second);
        (await zoe.RedeemAsync(first)).ExpectProblem(404, "token-invalid");
        (await zoe.RedeemAsync(second)).Expect(200);
    }

    [Fact]
    public async Task A_token_ends_after_half_an_hour()
    {
        var zoe = await Letterbox.NewAsync(app);
        var token = await zoe.NewTokenAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(30));
        (await zoe.RedeemAsync(token)).ExpectProblem(404, "token-invalid");
        var late = await zoe.NewTokenAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(29));
        (await zoe.RedeemAsync(late)).Expect(200);
    }

    [Fact]
    public async Task A_token_does_not_hold_in_the_other_environment_nor_for_a_changed_email()
    {
        var zoe = await Letterbox.NewAsync(app);
        var token = await zoe.NewTokenAsync();
        var sandbox = await app.NewApplicationAsync("sandbox");
        (await sandbox.PostAsync("password-resets/redeem", new { token })).ExpectProblem(404, "token-invalid");
        (await zoe.Shop.PatchAsync(zoe.Profile, new { email = "new-" + zoe.Email })).Expect(200);
        (await zoe.RedeemAsync(token)).ExpectProblem(404, "token-invalid");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("019c000000007000800000000000000000000000000000000000000000000000000000000000000000000000000000aa")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public async Task What_is_no_token_is_refused_alike(string token)
    {
        var zoe = await Letterbox.NewAsync(app);
        var own = await zoe.NewTokenAsync();
        (await zoe.RedeemAsync(token)).ExpectProblem(404, "token-invalid");
        (await zoe.RedeemAsync(own[..^1] + (own[^1] == '0' ? '1' : '0'))).ExpectProblem(404, "token-invalid");
        (await zoe.RedeemAsync(own.ToUpperInvariant())).ExpectProblem(404, "token-invalid");
        (await zoe.RedeemAsync(own)).Expect(200);
    }

    [Fact]
    public async Task A_repeat_with_the_same_change_finds_the_token_good_and_sends_no_second_mail()
    {
        var zoe = await Letterbox.NewAsync(app);
        for (var i = 0; i < 3; i++)
        {
            (await zoe.RequestAsync(again: true)).Expect(202);
            await zoe.SendAsync();
        }

        var token = app.Letters.Secret(zoe.Email);
        Assert.Single(app.Letters.To(zoe.Email));
        (await zoe.RedeemAsync(token, again: true)).Expect(200);
        (await zoe.RedeemAsync(token, again: true)).Expect(200);
        (await zoe.RedeemAsync(token)).ExpectProblem(404, "token-invalid");
    }

    [Fact]
    public async Task A_letter_waits_while_the_sender_is_away_and_is_given_up_after_half_an_hour()
    {
        var zoe = await Letterbox.NewAsync(app);
        app.Letters.IsAway = true;
        try
        {
            (await zoe.RequestAsync()).Expect(202);
            await Assert.ThrowsAnyAsync<Exception>(zoe.SendAsync);
        }
        finally
        {
            app.Letters.IsAway = false;
        }

        await zoe.SendAsync();
        Assert.Empty(app.Letters.To(zoe.Email));
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        await zoe.SendAsync();
        (await zoe.RedeemAsync(app.Letters.Secret(zoe.Email))).Expect(200);

        var bob = await Letterbox.NewAsync(app);
        (await bob.RequestAsync()).Expect(202);
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        await bob.SendAsync();
        Assert.Empty(app.Letters.To(bob.Email));
    }

    [Fact]
    public async Task A_refusal_for_good_ends_the_matter()
    {
        var zoe = await Letterbox.NewAsync(app);
        app.Letters.Answer = Delivery.Refused;
        (await zoe.Shop.PostAsync(zoe.Profile + "/password-reset")).Expect(202);
        await zoe.SendAsync();
        app.Letters.Answer = Delivery.Accepted;
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await zoe.SendAsync();
        Assert.Empty(app.Letters.To(zoe.Email));
    }

    [Fact]
    public async Task Neither_token_nor_email_lies_in_storage()
    {
        var zoe = await Letterbox.NewAsync(app);
        (await zoe.RequestAsync()).Expect(202);
        var token = await zoe.NewTokenAsync();
        foreach (var row in (await zoe.RowsAsync()).Concat(await zoe.RowsAsync("Due")))
        {
            var text = string.Join(
                ' ', row.Select(p => p.Value is byte[] b ? System.Text.Encoding.UTF8.GetString(b) : $"{p.Value}"));
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
            Assert.DoesNotContain(zoe.Email, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Unknown_customers_and_missing_emails_are_told_to_staff()
    {
        var zoe = await Letterbox.NewAsync(app);
        (await zoe.Shop.PutAsync("profiles/guest", new { kind = "guest" })).Expect(201);
        (await zoe.Shop.PostAsync("profiles/guest/password-reset")).ExpectProblem(409, "no-email");
        (await zoe.Shop.PostAsync("profiles/nobody/password-reset")).ExpectProblem(404, "not-found");
        (await zoe.RequestAsync("no email")).ExpectProblem(400, "invalid");
        (await (await app.NewKeyAsync(zoe.Shop.Application, "staff")).PostAsync(zoe.Profile + "/password-reset"))
            .ExpectProblem(403, "denied");
    }

    [Fact]
    public async Task Rows_go_when_they_no_longer_matter()
    {
        var zoe = await Letterbox.NewAsync(app);
        (await zoe.RequestAsync()).Expect(202);
        await zoe.SendAsync();
        await zoe.NewCodeAsync();
        for (var i = 0; i < 4; i++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(20));
            await zoe.SendAsync();
        }

        Assert.Empty(await zoe.RowsAsync());
        Assert.DoesNotContain(
            await zoe.RowsAsync("Due"), r => r.PartitionKey.StartsWith("letters", StringComparison.Ordinal));
    }
}
