using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Codes;

public sealed class PhoneVerificationTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task The_right_code_verifies_the_phone_and_raises_the_version()
    {
        var zoe = await Letterbox.NewAsync(app);
        var code = await zoe.NewCodeAsync();
        Assert.Matches("^[0-9]{6}$", code);
        Assert.False(await zoe.IsVerifiedAsync());
        var done = (await zoe.ConfirmAsync(code)).Expect(200);
        Assert.Equal("\"2\"", done.Headers["ETag"]);
        Assert.Equal(zoe.Id, done.Text("profileId"));
        Assert.True(await zoe.IsVerifiedAsync());
        (await zoe.ConfirmAsync(code)).ExpectProblem(409, "no-code");
        var told = (await zoe.Shop.GetAsync(zoe.Profile + "/audit")).Expect(200).Json["items"]![0]!;
        Assert.Equal("application:" + zoe.Shop.Application, told["by"]!.GetValue<string>());
        Assert.Equal("mobileVerified", told["changes"]![0]!["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task Five_wrong_codes_end_it_also_for_the_right_one()
    {
        var zoe = await Letterbox.NewAsync(app);
        var code = await zoe.NewCodeAsync();
        for (var left = 4; left >= 0; left--)
            Assert.Equal(left, (await zoe.ConfirmAsync(Letterbox.Other(code))).ExpectProblem(422, "code-wrong").Number("triesLeft"));
        (await zoe.ConfirmAsync(code)).ExpectProblem(409, "no-code");
        Assert.False(await zoe.IsVerifiedAsync());
        (await zoe.ConfirmAsync(await zoe.NewCodeAsync())).Expect(200);
    }

    [Fact]
    public async Task Many_guesses_at_once_gain_no_sixth()
    {
        var zoe = await Letterbox.NewAsync(app);
        var code = await zoe.NewCodeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => zoe.ConfirmAsync(Letterbox.Other(code))));
        Assert.InRange(answers.Count(a => a.Status == 422), 1, 5);
        Assert.All(answers, a => Assert.Contains(a.Status, (int[])[422, 409, 503]));
    }

    [Fact]
    public async Task A_code_ends_after_ten_minutes_and_with_the_next_one()
    {
        var zoe = await Letterbox.NewAsync(app);
        var first = await zoe.NewCodeAsync();
        var second = await zoe.NewCodeAsync();
        if (first != second) (await zoe.ConfirmAsync(first)).ExpectProblem(422, "code-wrong");
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        (await zoe.ConfirmAsync(second)).ExpectProblem(409, "no-code");
    }

    [Fact]
    public async Task No_more_than_three_codes_in_ten_minutes_are_sent()
    {
        var zoe = await Letterbox.NewAsync(app);
        for (var i = 0; i < 3; i++) await zoe.NewCodeAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(4));
        var refused = (await zoe.Shop.PostAsync(zoe.Profile + "/phone-verification")).ExpectProblem(429, "too-many-letters");
        Assert.Equal("360", refused.Headers["Retry-After"]);
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        await zoe.NewCodeAsync();
    }

    [Fact]
    public async Task A_code_for_a_phone_that_was_changed_proves_nothing()
    {
        var zoe = await Letterbox.NewAsync(app);
        var code = await zoe.NewCodeAsync();
        (await zoe.Shop.PatchAsync(zoe.Profile, new { phone = "+4420794" + "99001" })).Expect(200);
        (await zoe.ConfirmAsync(code)).ExpectProblem(409, "no-code");
        Assert.False(await zoe.IsVerifiedAsync());
    }

    [Fact]
    public async Task A_changed_phone_must_be_verified_anew()
    {
        var zoe = await Letterbox.NewAsync(app);
        (await zoe.ConfirmAsync(await zoe.NewCodeAsync())).Expect(200);
        (await zoe.Shop.PatchAsync(zoe.Profile, new { name = "Zoe" })).Expect(200);
        Assert.True(await zoe.IsVerifiedAsync());
        (await zoe.Shop.PatchAsync(zoe.Profile, new { phone = "+442079499002" })).Expect(200);
        Assert.False(await zoe.IsVerifiedAsync());
    }

    [Fact]
    public async Task What_cannot_be_is_told()
    {
        var zoe = await Letterbox.NewAsync(app);
        (await zoe.Shop.PutAsync("profiles/bare", new { kind = "guest" })).Expect(201);
        (await zoe.Shop.PostAsync("profiles/bare/phone-verification")).ExpectProblem(409, "no-phone");
        (await zoe.Shop.PostAsync("profiles/nobody/phone-verification")).ExpectProblem(404, "not-found");
        (await zoe.ConfirmAsync("123456")).ExpectProblem(409, "no-code");
        foreach (var code in (string[])["12345", "1234567", "12345a", "１２３４５６"])
            Assert.Equal(["/code"], (await zoe.ConfirmAsync(code)).ExpectProblem(400, "invalid").WrongFields);
    }

    [Fact]
    public async Task A_text_message_is_written_by_the_applications_template()
    {
        var zoe = await Letterbox.NewAsync(app);
        (await zoe.Shop.PutAsync(
            $"applications/{zoe.Shop.Application}/templates/verification-code", new { text = "Code {code}, {minutes} min" }))
            .Expect(200);
        var code = await zoe.NewCodeAsync();
        Assert.Equal($"Code {code}, 10 min", app.Letters.To(zoe.Phone).Single());
    }

    [Fact]
    public async Task An_erased_customer_leaves_no_codes_and_a_waiting_letter_is_not_sent()
    {
        var zoe = await Letterbox.NewAsync(app);
        await zoe.NewCodeAsync();
        (await zoe.RequestAsync()).Expect(202);
        (await zoe.Shop.PostAsync(zoe.Profile + "/password-reset")).Expect(202);
        var key = (await zoe.StoredAsync()).Key;
        (await zoe.Shop.DeleteAsync(zoe.Profile)).Expect(204);
        Assert.Equal(0, await zoe.CountRowsAsync(key));
        await zoe.SendAsync();
        Assert.Empty(app.Letters.To(zoe.Email));
        Assert.Equal(0, await zoe.CountRowsAsync(key));
    }
}
