using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Cards;

public sealed class CreateCardsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Cards = Cardholders.Cards;

    [Fact]
    public async Task A_card_is_made_by_pattern_and_its_verification_code_is_shown_once()
    {
        var shop = (await Cardholders.ArrangeAsync(app)).Shop;
        var made = (await shop.PostAsync(Cards, new { pattern = "vip-####-??##", type = "sponsorship-group" })).Expect(201);
        Assert.Matches("^VIP-[0-9]{4}-[A-Y]{2}[0-9]{2}$", made.Text("code"));
        Assert.Matches("^[0-9]{6}$", made.Text("verificationCode"));
        var read = (await shop.GetAsync($"{Cards}/{made.Text("code").ToLowerInvariant()}")).Expect(200);
        Assert.Equal("sponsorship-group", read.Text("type"));
        Assert.Equal(("active", made.Text("code")), (read.Text("state"), read.Text("memberNumber")));
        Assert.Null(read.Json["verificationCode"]);
        Assert.Equal("\"1\"", read.Headers["ETag"]);
        Assert.Matches("^CARD(-[0-9]{4}){3}$", (await shop.PostAsync(Cards, new { })).Expect(201).Text("code"));
        var ean = (await shop.PostAsync(Cards, new { pattern = "20##########", checkDigit = "ean13" })).Expect(201);
        Assert.Equal(13, ean.Text("code").Length);
    }

    [Fact]
    public async Task A_code_or_number_that_leads_to_a_card_is_refused()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, number) = (shelf.NewCode(), shelf.NewCode());
        await shelf.NewCardAsync(new { code, memberNumber = number });
        (await shelf.Shop.PostAsync(Cards, new { code = code.ToLowerInvariant() })).ExpectProblem(409, "card-exists");
        (await shelf.Shop.PostAsync(Cards, new { code = number })).ExpectProblem(409, "card-exists");
        var taken = await shelf.Shop.PostAsync(Cards, new { code = shelf.NewCode(), memberNumber = code });
        Assert.Equal(["/memberNumber"], taken.ExpectProblem(409, "member-number-taken").WrongFields);
        (await shelf.Shop.PostAsync(Cards, new { code = shelf.NewCode(), memberNumber = number }))
            .ExpectProblem(409, "member-number-taken");
        (await shelf.Shop.GetAsync($"{Cards}/{number}")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task The_same_key_gives_the_same_card_with_its_verification_code()
    {
        var shop = (await Cardholders.ArrangeAsync(app)).Shop;
        foreach (var body in new object[] { new { pattern = "KEYED-######" }, new { code = "KEYED-1" } })
        {
            var key = ("Idempotency-Key", app.NewName("once"));
            var first = (await shop.PostAsync(Cards, body, key)).Expect(201);
            var again = (await shop.PostAsync(Cards, body, key)).Expect(201);
            Assert.Equal(first.Body, again.Body);
            Assert.Equal("true", again.Headers["Idempotency-Hit"]);
            (await shop.PostAsync(Cards, new { pattern = "OTHER-######" }, key))
                .ExpectProblem(422, "idempotency-key-reused");
        }
    }

    [Fact]
    public async Task Wrong_requests_name_every_wrong_field()
    {
        var shop = (await Cardholders.ArrangeAsync(app)).Shop;
        var answer = await shop.PostAsync(Cards, new { pattern = "CARD-##", type = "cat", count = 0, checkDigit = "ean8" });
        Assert.Equal(["/checkDigit", "/count", "/pattern", "/type"], answer.ExpectProblem(400, "invalid").WrongFields);
        answer = await shop.PostAsync(Cards, new { code = "CARD-1", count = 5, memberNumber = "X-11" });
        Assert.Equal(["/code", "/memberNumber"], answer.ExpectProblem(400, "invalid").WrongFields);
        answer = await shop.PostAsync(Cards, new { code = "4006381333932", checkDigit = "ean13" });
        Assert.Equal(["/code"], answer.ExpectProblem(400, "invalid").WrongFields);
        (await shop.PostAsync(Cards, new { code = "CARD-1", pattern = "####-####" })).ExpectProblem(400, "invalid");
        (await shop.PostAsync("programs/nothing/cards", new { })).ExpectProblem(404, "not-found");
        (await shop.PutAsync("programs/people", new { earn = new { pointsPerUnit = 1, rounding = "down" } })).Expect(201);
        (await shop.PostAsync("programs/people/cards", new { })).ExpectProblem(409, "not-a-card-program");
        var site = await app.NewKeyAsync(shop.Application, "integration");
        (await site.PostAsync(Cards, new { })).ExpectProblem(403, "denied");
    }

    [Fact]
    public async Task Put_makes_a_card_and_then_changes_it()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var path = $"{Cards}/{shelf.NewCode()}";
        var made = (await shelf.Shop.PutAsync(path, new { state = "inactive" })).Expect(201);
        Assert.Matches("^[0-9]{6}$", made.Text("verificationCode"));
        Assert.True(await shelf.IsSealedAsync(made.Text("code")));
        var changed = (await shelf.Shop.PutAsync(
            path, new { type = "sponsorship-group", state = "active" }, ("If-Match", "\"1\""))).Expect(200);
        Assert.Null(changed.Json["verificationCode"]);
        Assert.Equal(("active", "\"2\""), (changed.Text("state"), changed.Headers["ETag"]));
        Assert.False(await shelf.IsSealedAsync(made.Text("code")));
        (await shelf.Shop.PutAsync(path, new { type = "customer" }, ("If-Match", "\"1\""))).ExpectProblem(412, "stale");
        (await shelf.Shop.PutAsync(path, new { memberNumber = "OTHER-1" })).ExpectProblem(409, "member-number-fixed");
        (await shelf.Shop.PutAsync($"{Cards}/x", new { })).ExpectProblem(400, "invalid");
        (await shelf.Shop.PutAsync(path, new { state = "blocked" })).ExpectProblem(400, "invalid");
    }

    [Fact]
    public async Task Cards_are_listed_once_each_by_program_state_and_type()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        (await shelf.Shop.PutAsync("programs/list", new { title = "List", kind = "card", earn = new { pointsPerUnit = 1, rounding = "down" } }))
            .Expect(201);
        var codes = new List<string>();
        for (var i = 0; i < 7; i++)
            codes.Add((await shelf.Shop.PostAsync("programs/list/cards", new { type = i < 3 ? "customer" : "sponsorship-group" })).Text("code"));
        (await shelf.Shop.PostAsync($"programs/list/cards/{codes[0]}/block", new { reason = "Lost" })).Expect(200);
        Assert.Equal(codes.Order(), (await ListAsync(shelf.Shop, "limit=2")).Order());
        Assert.Equal([codes[0]], await ListAsync(shelf.Shop, "state=blocked"));
        Assert.Equal(codes[1..3].Order(), (await ListAsync(shelf.Shop, "state=active&type=customer&limit=1")).Order());
        (await shelf.Shop.GetAsync("programs/list/cards?cursor=eA&state=x")).ExpectProblem(400, "invalid");
        var other = await app.NewApplicationAsync("sandbox");
        (await other.GetAsync($"programs/list/cards/{codes[0]}")).ExpectProblem(404, "not-found");
    }

    private static async Task<List<string>> ListAsync(ApiClient shop, string query)
    {
        var (codes, cursor) = (new List<string>(), "");
        do
        {
            var page = (await shop.GetAsync($"programs/list/cards?{query}{cursor}")).Expect(200);
            codes.AddRange(page.Json["items"]!.AsArray().Select(c => c!["code"]!.GetValue<string>()));
            cursor = page.Json["next"] is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        return codes;
    }
}
