using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Terminals;

public sealed class LinkPaymentTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task An_admin_gives_a_payment_without_a_card_to_a_customer_with_points_as_of_its_own_time()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, t) = (await till.NewCustomerAsync(), app.NewName("t"));
        var paidAt = app.Clock.GetUtcNow().AddDays(-90);
        await till.SendAsync(till.Message("completed", t, null, paidAt));
        var answer = (await LinkAsync(till, t, zoe)).Expect(200);
        Assert.Equal((zoe, "admin", t), (answer.Text("profileId"), answer.Text("decision"), answer.Text("transactionId")));
        Assert.True(answer.Json["linked"]!.GetValue<bool>());
        Assert.Equal((25m, "0/2500/0"), (await till.ActiveAsync(zoe), await till.FiguresAsync(zoe)));
        var before = await till.Shop.GetAsync($"programs/{till.Program}/profiles/{zoe}/balance?asOf={Instant(paidAt, -1)}");
        var then = await till.Shop.GetAsync($"programs/{till.Program}/profiles/{zoe}/balance?asOf={Instant(paidAt, 1)}");
        Assert.Equal((0m, 25m), (before.Expect(200).Number("active"), then.Expect(200).Number("active")));
        Assert.Equal(["payment.linked"], await till.PaymentEventsAsync(t));

        (await LinkAsync(till, t, zoe)).Expect(200);
        Assert.Equal((25m, 1), (await till.ActiveAsync(zoe), await till.EntriesAsync(zoe, "added")));
    }

    [Fact]
    public async Task An_admins_decision_earns_although_the_program_is_not_retroactive()
    {
        var till = await Till.OpenAsync(app, earn: new { pointsPerUnit = 1, rounding = "down", retroactive = false });
        var (zoe, t) = (await till.NewCustomerAsync(), app.NewName("t"));
        await till.SendAsync(till.Message("completed", t, null, app.Clock.GetUtcNow().AddDays(-60)));
        (await LinkAsync(till, t, zoe)).Expect(200);
        Assert.Equal(25, await till.ActiveAsync(zoe));
    }

    [Fact]
    public async Task A_decision_beats_the_card_now_and_later_until_it_is_given_back()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var (card, t) = (app.NewName("fp"), app.NewName("t"));
        (await till.LearnAsync(zoe, card)).Expect(200);
        await till.SendAsync(till.Message("completed", t, card));
        Assert.Equal((15 + 25, 0), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));

        (await LinkAsync(till, t, adam)).Expect(200);
        Assert.Equal((15, 25), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        (await till.LearnAsync(zoe, card)).Expect(200);
        await till.SendAsync(till.Refund(t, "r", 490));
        Assert.Equal((30, 20), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        Assert.Equal(("2/3000/0", "0/2500/490"), (await till.FiguresAsync(zoe), await till.FiguresAsync(adam)));

        var nobodys = (await till.Shop.DeleteAsync($"payments/{t}/link")).Expect(200);
        Assert.Equal("admin", nobodys.Text("decision"));
        Assert.Null(nobodys.Json["profileId"]);
        Assert.False(nobodys.Json["linked"]!.GetValue<bool>());
        (await till.LearnAsync(zoe, card)).Expect(200);
        Assert.Equal((45, 0), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        Assert.Contains(t, await UnlinkedAsync(till));

        var again = (await till.Shop.PutAsync($"payments/{t}/link", new { automatic = true })).Expect(200);
        Assert.Null(again.Json["decision"]);
        Assert.Equal(zoe, again.Text("profileId"));
        Assert.Equal((45 + 20, 0), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        Assert.Equal("0/0/0", await till.FiguresAsync(adam));
        Assert.DoesNotContain(t, await UnlinkedAsync(till));
        Assert.Equal(3, (await till.PaymentEventsAsync(t)).Length);
    }

    [Fact]
    public async Task A_payment_that_is_only_refunded_so_far_can_be_decided_and_earns_when_it_is_known()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, t) = (await till.NewCustomerAsync(), app.NewName("t"));
        await till.SendAsync(till.Refund(t, "r", 490));
        (await LinkAsync(till, t, zoe)).Expect(200);
        await till.SendAsync(till.Message("completed", t, app.NewName("fp")));
        Assert.Equal((20m, "0/2500/490"), (await till.ActiveAsync(zoe), await till.FiguresAsync(zoe)));
    }

    [Fact]
    public async Task Transaction_ids_belong_to_an_application_which_may_be_another_of_the_same_environment()
    {
        var (one, other) = (await Till.OpenAsync(app), await Till.OpenAsync(app));
        var sandbox = await Till.OpenAsync(app, "sandbox");
        var (zoe, t) = (await one.NewCustomerAsync(), "2026/03/01 " + app.NewName("t"));
        await one.SendAsync(one.Message("completed", t, null));
        var path = $"payments/{Uri.EscapeDataString(t)}/link";
        var named = $"{path}?application={one.Shop.Application}";
        (await other.Shop.PutAsync(path, new { profileId = zoe })).ExpectProblem(404, "not-found");
        (await sandbox.Shop.PutAsync(named, new { profileId = zoe })).ExpectProblem(404, "not-found");
        (await other.Shop.DeleteAsync($"{path}?application=nobody")).ExpectProblem(404, "not-found");
        (await other.Shop.DeleteAsync($"{path}?application=%20")).ExpectProblem(400, "invalid");
        (await other.Shop.PutAsync(named, new { profileId = zoe })).Expect(200);
        Assert.Equal(25, await one.ActiveAsync(zoe));
    }

    [Theory]
    [InlineData("""{"profileId":"nobody-at-all"}""", "/profileId")]
    [InlineData("""{"profileId":"a/b"}""", "/profileId")]
    [InlineData("{}", "/profileId")]
    [InlineData("""{"automatic":false}""", "/profileId")]
    [InlineData("""{"profileId":"zoe","automatic":true}""", "/profileId")]
    [InlineData("""{"profileId":"zoe","automatic":false}""", "/automatic")]
    [InlineData("""{"profile":"zoe","automatic":true}""", "/profile")]
    public async Task A_wish_that_makes_no_sense_is_refused_and_names_the_field(string body, string pointer)
    {
        var till = await Till.OpenAsync(app);
        var t = app.NewName("t");
        await till.SendAsync(till.Message("completed", t, null));
        var json = System.Text.Json.Nodes.JsonNode.Parse(body)!;
        var refused = await till.Shop.PutAsync($"payments/{t}/link", json);
        Assert.Equal([pointer], refused.ExpectProblem(400, "invalid").WrongFields);
        Assert.Null((await till.PaymentAsync(t)).Decision);
    }

    [Fact]
    public async Task A_merged_customers_id_leads_to_who_stayed_and_nothing_is_moved_between_the_two()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, twin) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var (t, card) = (app.NewName("t"), app.NewName("fp"));
        (await till.LearnAsync(twin, card)).Expect(200);
        await till.SendAsync(till.Message("completed", t, card));
        (await till.Shop.PostAsync($"profiles/{twin}/merge", new { into = zoe })).Expect(200);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        var changes = (await till.PaymentAsync(t)).Intents;
        Assert.Equal(zoe, (await LinkAsync(till, t, twin)).Expect(200).Text("profileId"));
        Assert.Equal((40m, changes), (await till.ActiveAsync(zoe), (await till.PaymentAsync(t)).Intents));
        (await till.Shop.DeleteAsync($"payments/{t}/link")).Expect(200);
        Assert.Equal(15, await till.ActiveAsync(zoe));
        (await LinkAsync(till, t, twin)).Expect(200);
        Assert.Equal(40, await till.ActiveAsync(zoe));
    }

    [Fact]
    public async Task A_decision_goes_with_its_customer_and_the_payment_stays_where_it_is_then()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var t = app.NewName("t");
        await till.SendAsync(till.Message("completed", t, app.NewName("fp")));
        (await LinkAsync(till, t, zoe)).Expect(200);
        (await till.Shop.DeleteAsync($"profiles/{zoe}")).Expect(204);
        var payment = await till.PaymentAsync(t);
        Assert.True(payment.IsErased);
        Assert.Null(payment.Decision);
        (await LinkAsync(till, t, adam)).ExpectProblem(409, "payment-erased");
        (await till.Shop.DeleteAsync($"payments/{t}/link")).ExpectProblem(409, "payment-erased");
        Assert.Equal(payment.Outcome.ProfileKey, (await till.PaymentAsync(t)).Outcome.ProfileKey);
    }

    [Theory]
    [InlineData("unlimited")]
    [InlineData("within_balance")]
    [InlineData("only_pending")]
    public async Task A_payment_that_goes_back_and_forth_gives_nobody_more_than_it_is_worth(string policy)
    {
        var till = await Till.OpenAsync(app);
        (await till.Shop.PutAsync($"programs/{till.Program}", new
        {
            title = "Stars",
            earn = new { pointsPerUnit = 1 },
            applications = new[] { till.Shop.Application },
            returnPolicy = policy,
        })).Expect(200);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var t = app.NewName("t");
        await till.SendAsync(till.Message("completed", t, null));
        (await LinkAsync(till, t, zoe)).Expect(200);
        var spend = new { points = 20, reason = "Coffee" };
        (await till.Shop.PostAsync($"programs/{till.Program}/profiles/{zoe}/deductions", spend)).Expect(201);
        for (var i = 0; i < 3; i++)
        {
            (await LinkAsync(till, t, adam)).Expect(200);
            (await LinkAsync(till, t, zoe)).Expect(200);
        }

        // 25 points of the payment, less the 20 that were spent.
        Assert.Equal(5, await till.ActiveAsync(zoe));
        Assert.Equal(policy == "only_pending" ? 25 : 0, await till.ActiveAsync(adam));
        Assert.Equal(("0/2500/0", "0/0/0"), (await till.FiguresAsync(zoe), await till.FiguresAsync(adam)));
    }

    private static Task<ApiAnswer> LinkAsync(Till till, string transaction, string profileId) =>
        till.Shop.PutAsync($"payments/{transaction}/link", new { profileId });

    private static async Task<List<string>> UnlinkedAsync(Till till) =>
        [.. (await till.Shop.GetAsync("payments?linked=false&limit=200")).Expect(200).Json["items"]!.AsArray()
            .Select(p => p!["transactionId"]!.GetValue<string>())];

    private static string Instant(DateTimeOffset at, int seconds) =>
        Uri.EscapeDataString($"{at.AddSeconds(seconds):yyyy-MM-dd'T'HH:mm:ss'Z'}");
}
