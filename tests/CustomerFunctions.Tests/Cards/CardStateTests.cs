using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Cards;

public sealed class CardStateTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Cards = Cardholders.Cards;

    [Fact]
    public async Task A_blocked_card_can_be_read_and_takes_no_points_until_it_is_unblocked()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, _) = await shelf.NewCardAsync();
        var blocked = (await shelf.Shop.PostAsync($"{Cards}/{code}/block", new { reason = "Stolen" })).Expect(200);
        Assert.Equal(("blocked", "Stolen"), (blocked.Text("state"), blocked.Text("reason")));
        Assert.True(await shelf.IsSealedAsync(code));
        Assert.Equal("blocked", (await shelf.Shop.GetAsync($"{Cards}/{code}")).Expect(200).Text("state"));
        (await shelf.Shop.PutAsync($"{Cards}/{code}", new { state = "active" })).ExpectProblem(409, "card-blocked");
        (await shelf.Shop.PostAsync($"{Cards}/{code}/block", new { })).ExpectProblem(400, "invalid");
        (await shelf.Shop.PostAsync($"{Cards}/{code}/block", new { reason = "4111 1111 1111 1111" }))
            .ExpectProblem(400, "invalid");

        var open = (await shelf.Shop.PostAsync($"{Cards}/{code}/unblock")).Expect(200);
        Assert.Equal("active", open.Text("state"));
        Assert.Null(open.Json["reason"]);
        Assert.False(await shelf.IsSealedAsync(code));
    }

    [Fact]
    public async Task A_replacement_takes_everything_over_and_the_old_code_tells_the_new_one()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, verification) = await shelf.NewCardAsync();
        var zoe = await shelf.NewProfileAsync();
        (await shelf.Shop.PutAsync($"{Cards}/{code}/members/{zoe}", new { })).Expect(200);
        var key = ("Idempotency-Key", app.NewName("replace"));
        var body = new { pattern = "NEW-####-####", reason = "Lost" };
        var made = (await shelf.Shop.PostAsync($"{Cards}/{code}/replacement", body, key)).Expect(201);
        var next = made.Text("code");
        Assert.Matches("^NEW-[0-9]{4}-[0-9]{4}$", next);
        Assert.NotEqual(verification, made.Text("verificationCode"));
        Assert.Equal([zoe], await shelf.MembersAsync(next));
        Assert.Equal([next], await shelf.CardsOfAsync(zoe));
        Assert.Equal(made.Body, (await shelf.Shop.PostAsync($"{Cards}/{code}/replacement", body, key)).Expect(201).Body);

        var read = (await shelf.Shop.GetAsync($"{Cards}/{code}")).ExpectProblem(404, "card-replaced");
        Assert.Equal(next, read.Text("code"));
        Assert.Equal(next, (await shelf.Shop.PostAsync($"{Cards}/{code}/block", new { reason = "Lost" }))
            .ExpectProblem(409, "card-replaced").Text("code"));
        (await shelf.Shop.PutAsync($"{Cards}/{code}", new { })).ExpectProblem(409, "card-replaced");
        (await shelf.Shop.PostAsync(Cards, new { code })).ExpectProblem(409, "card-exists");

        var last = (await shelf.Shop.PostAsync($"{Cards}/{next}/replacement", new { code = shelf.NewCode(), reason = "Worn" }))
            .Expect(201);
        Assert.Equal([code, next], last.Json["replaced"]!.AsArray().Select(r => r!["code"]!.GetValue<string>()));
        Assert.Equal(last.Text("code"), (await shelf.Shop.GetAsync($"{Cards}/{code}")).Text("code"));
        (await shelf.Shop.PostAsync($"{Cards}/{last.Text("code")}/replacement", new { code, reason = "Back" }))
            .ExpectProblem(409, "card-exists");
    }

    [Fact]
    public async Task Points_belong_to_the_card_and_follow_it_to_its_new_code()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, _) = await shelf.NewCardAsync();
        var grant = new { points = 50, reason = "Welcome" };
        (await shelf.Shop.PostAsync($"{Cards}/{code}/points", grant)).Expect(201);
        (await shelf.Shop.PostAsync($"{Cards}/{code}/block", new { reason = "Lost" })).Expect(200);
        (await shelf.Shop.PostAsync($"{Cards}/{code}/points", grant)).ExpectProblem(409, "wallet-sealed");
        Assert.Equal(50, (await shelf.Shop.GetAsync($"{Cards}/{code}/balance")).Expect(200).Number("active"));
        var next = (await shelf.Shop.PostAsync($"{Cards}/{code}/replacement", new { reason = "Lost" })).Expect(201).Text("code");
        Assert.Equal(50, (await shelf.Shop.GetAsync($"{Cards}/{next}/balance")).Expect(200).Number("active"));
        (await shelf.Shop.PostAsync($"{Cards}/{next}/deductions", new { points = 20, reason = "Coffee" })).Expect(201);
        Assert.Equal(2, (await shelf.Shop.GetAsync($"{Cards}/{next}/entries")).Expect(200).Json["items"]!.AsArray()
            .Count(e => e!["kind"]!.GetValue<string>() is "added" or "deducted"));
        (await shelf.Shop.GetAsync($"{Cards}/{code}/balance")).ExpectProblem(409, "card-replaced");
        (await shelf.Shop.GetAsync($"programs/people/cards/{next}/balance")).ExpectProblem(404, "not-found");
        (await shelf.Shop.GetAsync($"programs/club/profiles/{next}/balance")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task A_blocked_card_is_open_again_under_its_new_code()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, _) = await shelf.NewCardAsync();
        (await shelf.Shop.PostAsync($"{Cards}/{code}/block", new { reason = "Lost" })).Expect(200);
        var next = (await shelf.Shop.PostAsync($"{Cards}/{code}/replacement", new { reason = "Lost" })).Expect(201);
        Assert.Equal("active", next.Text("state"));
        Assert.False(await shelf.IsSealedAsync(next.Text("code")));
    }

    [Fact]
    public async Task Of_two_replacements_at_once_one_wins()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        for (var round = 0; round < 5; round++)
        {
            var (code, _) = await shelf.NewCardAsync();
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shelf.Shop.PostAsync(
                $"{Cards}/{code}/replacement", new { reason = "Lost" })));
            var won = Assert.Single(answers, a => a.Status == 201);
            Assert.All(answers.Where(a => a != won), a => Assert.Equal(
                won.Text("code"), a.ExpectProblem(409, "card-replaced").Text("code")));
        }
    }

    [Fact]
    public async Task Of_two_cards_that_want_one_code_at_once_one_gets_it()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        for (var round = 0; round < 5; round++)
        {
            var (wanted, (a, _), (b, _)) = (shelf.NewCode(), await shelf.NewCardAsync(), await shelf.NewCardAsync());
            var answers = await Task.WhenAll(
                shelf.Shop.PostAsync($"{Cards}/{a}/replacement", new { code = wanted, reason = "Lost" }),
                shelf.Shop.PostAsync($"{Cards}/{b}/replacement", new { code = wanted, reason = "Lost" }),
                shelf.Shop.PostAsync(Cards, new { code = wanted }));
            Assert.Single(answers, x => x.Status == 201);
            Assert.All(answers.Where(x => x.Status != 201), x => x.ExpectProblem(409, "card-exists"));
            (await shelf.Shop.GetAsync($"{Cards}/{wanted}")).Expect(200);
            Assert.Equal(
                answers.Take(2).Count(x => x.Status == 201),
                new[] { await shelf.Shop.GetAsync($"{Cards}/{a}"), await shelf.Shop.GetAsync($"{Cards}/{b}") }
                    .Count(x => x.Status == 404));
        }
    }
}
