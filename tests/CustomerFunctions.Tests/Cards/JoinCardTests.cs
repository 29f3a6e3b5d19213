using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Cards;

public sealed class JoinCardTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Cards = Cardholders.Cards;

    [Fact]
    public async Task Who_has_number_and_verification_code_joins_the_card()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var number = shelf.NewCode();
        var (code, verification) = await shelf.NewCardAsync(new { code = shelf.NewCode(), memberNumber = number });
        var zoe = await shelf.NewProfileAsync();
        var site = await app.NewKeyAsync(shelf.Shop.Application, "integration");
        var joined = await site.PutAsync($"profiles/{zoe}/vip", new { memberNumber = number.ToLowerInvariant(), verificationCode = verification });
        Assert.Equal((code, number), (joined.Expect(200).Text("code"), joined.Text("memberNumber")));
        Assert.Equal([zoe], await shelf.MembersAsync(code));
        (await site.PutAsync($"profiles/{zoe}/vip", new { memberNumber = number, verificationCode = verification })).Expect(200);
        Assert.Equal([zoe], await shelf.MembersAsync(code));
        // The code is not the number of a card that has one of its own.
        (await JoinAsync(shelf, zoe, code, verification)).ExpectProblem(422, "membership-not-found");
    }

    [Fact]
    public async Task An_unknown_number_and_a_wrong_code_answer_alike_and_are_locked_alike()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, verification) = await shelf.NewCardAsync();
        var (zoe, wrong) = (await shelf.NewProfileAsync(), Other(verification));
        var calls = new List<int>();
        foreach (var number in new[] { code, "NOBODY-1" })
        {
            for (var i = 0; i < 5; i++)
            {
                app.Probe.Count();
                (await JoinAsync(shelf, zoe, number, wrong)).ExpectProblem(422, "membership-not-found");
                calls.Add(app.Probe.Calls.Count);
            }

            var locked = (await JoinAsync(shelf, zoe, number, verification)).ExpectProblem(429, "too-many-tries");
            Assert.InRange(int.Parse(locked.Headers["Retry-After"], null), 3500, 3600);
        }

        Assert.Equal(calls[1..5], calls[6..10]);
        app.Clock.Advance(TimeSpan.FromHours(1));
        (await JoinAsync(shelf, zoe, code, verification)).Expect(200);
        await shelf.SweepLaterAsync();
        app.Clock.Advance(TimeSpan.FromHours(2));
        await shelf.SweepLaterAsync();
        Assert.Empty(await shelf.RowsAsync("CardTries"));
    }

    [Fact]
    public async Task Many_guesses_at_once_get_five_tries()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, verification) = await shelf.NewCardAsync();
        var zoe = await shelf.NewProfileAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            _ => JoinAsync(shelf, zoe, code, Other(verification))));
        Assert.InRange(answers.Count(a => a.Status == 422), 1, 5);
        Assert.All(answers, a => Assert.Contains(a.Status, new[] { 422, 429, 503 }));
    }

    [Fact]
    public async Task A_replaced_card_is_joined_with_its_new_codes_only_and_a_blocked_one_not_at_all()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, verification) = await shelf.NewCardAsync();
        var zoe = await shelf.NewProfileAsync();
        var next = (await shelf.Shop.PostAsync($"{Cards}/{code}/replacement", new { reason = "Lost" })).Expect(201);
        (await JoinAsync(shelf, zoe, code, verification)).ExpectProblem(422, "membership-not-found");
        (await JoinAsync(shelf, zoe, code, next.Text("verificationCode"))).ExpectProblem(422, "membership-not-found");
        (await shelf.Shop.PostAsync($"{Cards}/{next.Text("code")}/block", new { reason = "Lost" })).Expect(200);
        (await JoinAsync(shelf, zoe, next.Text("code"), next.Text("verificationCode")))
            .ExpectProblem(409, "card-not-active");
        (await shelf.Shop.PostAsync($"{Cards}/{next.Text("code")}/unblock")).Expect(200);
        (await JoinAsync(shelf, zoe, next.Text("code"), next.Text("verificationCode"))).Expect(200);
        (await JoinAsync(shelf, zoe, "x", "12345")).ExpectProblem(400, "invalid");
        (await JoinAsync(shelf, "nobody", code, "123456")).ExpectProblem(404, "not-found");
    }

    private static Task<ApiAnswer> JoinAsync(Cardholders shelf, string profile, string number, string code) =>
        shelf.Shop.PutAsync($"profiles/{profile}/vip", new { memberNumber = number, verificationCode = code });

    private static string Other(string code) => (code[0] == '9' ? '0' : (char)(code[0] + 1)) + code[1..];
}
