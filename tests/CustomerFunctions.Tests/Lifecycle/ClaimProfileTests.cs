using CustomerFunctions.Tests.Codes;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Lifecycle;

public sealed class ClaimProfileTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private ApiClient? _shop;

    private sealed record Pair(Letterbox Zoe, string Guest, string GuestEmail)
    {
        public (string, string) Change { get; } = ("Idempotency-Key", Guid.NewGuid().ToString("n"));

        public string Code { get; private set; } = "";

        public Task<ApiAnswer> ClaimAsync(string? code, bool preview = false) => Zoe.Shop.PostAsync(
            $"{Zoe.Profile}/claims",
            code is null ? new { guest = Guest } : preview ? new { guest = Guest, code, preview } : new { guest = Guest, code },
            code is null || preview ? [] : [Change]);

        public async Task<Pair> AskedAsync()
        {
            (await ClaimAsync(null)).Expect(202);
            await Zoe.SendAsync();
            Code = Zoe.App.Letters.Secret(GuestEmail);
            return this;
        }

        public async Task<decimal> ActiveAsync(string id) =>
            (await Zoe.Shop.GetAsync($"programs/stars/profiles/{id}/balance")).Expect(200).Number("active");

        public async Task AssertClaimedAsync()
        {
            Assert.Equal(12, await ActiveAsync(Zoe.Id));
            Assert.Equal(Zoe.Id, (await Zoe.Shop.GetAsync($"profiles/{Guest}")).ExpectProblem(308, "moved").Text("profileId"));
            Assert.Equal(
                ["vip"], (await Zoe.Shop.GetAsync(Zoe.Profile)).Expect(200).Json["tags"]!.AsArray().Select(t => t!.GetValue<string>()));
            Assert.True((await Zoe.Shop.GetAsync($"programs/stars/profiles/{Zoe.Id}/verify")).Expect(200).Json["ok"]!.GetValue<bool>());
        }
    }

    [Fact]
    public async Task Who_proves_a_guests_email_gets_the_guests_history()
    {
        var pair = await (await ArrangeAsync()).AskedAsync();
        (await pair.ClaimAsync(pair.Code)).Expect(200);
        await pair.AssertClaimedAsync();
        (await pair.ClaimAsync(pair.Code)).Expect(200);
        (await pair.ClaimAsync(null)).Expect(200);
        await pair.AssertClaimedAsync();
    }

    [Fact]
    public async Task Without_the_proof_nothing_is_joined()
    {
        var pair = await ArrangeAsync();
        (await pair.ClaimAsync("123456")).ExpectProblem(409, "no-code");
        await pair.AskedAsync();
        (await pair.ClaimAsync(Letterbox.Other(pair.Code))).ExpectProblem(422, "code-wrong");
        Assert.Equal((5, 7), (await pair.ActiveAsync(pair.Zoe.Id), await pair.ActiveAsync(pair.Guest)));
        // Another customer's code proves nothing for this one.
        var other = await Letterbox.NewAsync(app, pair.Zoe.Shop);
        (await pair.Zoe.Shop.PostAsync($"{other.Profile}/claims", new { guest = pair.Guest, code = pair.Code }))
            .ExpectProblem(409, "no-code");
    }

    [Fact]
    public async Task A_preview_shows_what_would_be_and_uses_nothing_up()
    {
        var pair = await (await ArrangeAsync()).AskedAsync();
        var preview = (await pair.ClaimAsync(pair.Code, preview: true)).Expect(200).Json;
        Assert.True(preview["possible"]!.GetValue<bool>());
        Assert.Contains(preview["fields"]!.AsArray(), f => f!["name"]!.GetValue<string>() == "dietaryNotes");
        var site = await app.NewKeyAsync(pair.Zoe.Shop.Application, "integration");
        var seen = (await site.PostAsync($"{pair.Zoe.Profile}/claims", new { guest = pair.Guest, code = pair.Code, preview = true })).Expect(200);
        Assert.DoesNotContain("nuts", seen.Body, StringComparison.Ordinal);
        Assert.Equal(7, await pair.ActiveAsync(pair.Guest));
        (await pair.ClaimAsync(pair.Code)).Expect(200);
        await pair.AssertClaimedAsync();
    }

    [Fact]
    public async Task A_claim_that_cannot_be_done_leaves_the_code_as_it_is()
    {
        var pair = await (await ArrangeAsync()).AskedAsync();
        var shop = pair.Zoe.Shop;
        foreach (var (id, tags) in ((string, IEnumerable<string>)[])
            [(pair.Zoe.Id, Enumerable.Range(0, 60).Select(i => $"a{i}")), (pair.Guest, Enumerable.Range(0, 60).Select(i => $"b{i}"))])
            (await shop.PatchAsync($"profiles/{id}", new { tags })).Expect(200);
        (await pair.ClaimAsync(pair.Code)).ExpectProblem(409, "merge-blocked");
        (await shop.PatchAsync($"profiles/{pair.Guest}", new { tags = new[] { "vip" } })).Expect(200);
        (await shop.PatchAsync(pair.Zoe.Profile, new { tags = new[] { "vip" } })).Expect(200);
        (await pair.ClaimAsync(pair.Code)).Expect(200);
        await pair.AssertClaimedAsync();
    }

    [Fact]
    public async Task Only_guests_are_claimed_and_only_by_registered_customers()
    {
        var pair = await ArrangeAsync();
        var shop = pair.Zoe.Shop;
        var other = await Letterbox.NewAsync(app, shop);
        foreach (var guest in (string[])[other.Id, pair.Zoe.Id, "nobody"])
            Assert.Equal(
                ["/guest"], (await shop.PostAsync($"{pair.Zoe.Profile}/claims", new { guest })).ExpectProblem(400, "invalid").WrongFields);
        (await shop.PostAsync($"profiles/{pair.Guest}/claims", new { guest = pair.Guest })).ExpectProblem(409, "not-registered");
        (await shop.PostAsync("profiles/nobody/claims", new { guest = pair.Guest })).ExpectProblem(404, "not-found");
        Assert.Equal(
            ["/code", "/guest"],
            (await shop.PostAsync($"{pair.Zoe.Profile}/claims", new { code = "12" })).ExpectProblem(400, "invalid").WrongFields.Order());
    }

    [Fact]
    public async Task A_claim_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "claim", app.Probe, async () => await (await ArrangeAsync()).AskedAsync(),
        async pair => (await pair.ClaimAsync(pair.Code)).Status == 200,
        pair => pair.AssertClaimedAsync(), callsVary: true);

    private async Task<Pair> ArrangeAsync()
    {
        if (_shop is null)
        {
            _shop = await app.NewApplicationAsync();
            (await _shop.PutAsync("programs/stars", new { title = "Stars" })).ExpectSuccess();
        }

        var zoe = await Letterbox.NewAsync(app, _shop);
        var guest = app.NewName("guest");
        var email = $"{guest}@example.com";
        (await _shop.PutAsync($"profiles/{guest}", new { kind = "guest", name = "Z", email, dietaryNotes = "No nuts", tags = new[] { "vip" } })).Expect(201);
        foreach (var (id, points) in ((string, int)[])[(zoe.Id, 5), (guest, 7)])
            (await _shop.PostAsync($"programs/stars/profiles/{id}/points", new { points, reason = "Welcome" })).Expect(201);
        return new Pair(zoe, guest, email);
    }
}
