using CustomerFunctions.Events.Domain;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Events;

public sealed class SubscriptionsTests(AppUnderTest app, AzuriteFixture azurite) : IClassFixture<AppUnderTest>
{
    private const string Url = "https://example.com/hook?a=b";
    private static readonly string[] Points = ["points.*"];

    [Fact]
    public async Task A_secret_that_is_made_here_is_shown_once_and_kept_by_later_changes()
    {
        var shop = await app.NewApplicationAsync();
        var made = (await shop.PutAsync("events/subscriptions/crm", new { url = Url, events = Points })).Expect(201);
        Assert.Matches("^[0-9a-f]{64}$", made.Text("secret"));
        var changed = (await shop.PutAsync(
            "events/subscriptions/crm", new { url = Url, events = new[] { "*", "points.added", "*" } })).Expect(200);
        Assert.Null(changed.Json["secret"]);
        Assert.Equal("""["*","points.added"]""", changed.Json["events"]!.ToJsonString());
        var listed = (await shop.GetAsync("events/subscriptions")).Expect(200);
        Assert.DoesNotContain("secret", listed.Body, StringComparison.OrdinalIgnoreCase);
        var item = Assert.Single(listed.Json["items"]!.AsArray(), i => $"{i!["name"]}" == "crm");
        Assert.Equal(Url, $"{item!["url"]}");
        (await shop.DeleteAsync("events/subscriptions/crm")).Expect(204);
        (await shop.DeleteAsync("events/subscriptions/crm")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task A_repeated_change_shows_the_secret_again_and_another_change_by_its_key_is_refused()
    {
        var shop = await app.NewApplicationAsync();
        var (path, key) = ($"events/subscriptions/{app.NewName()}", ("Idempotency-Key", app.NewName()));
        var made = (await shop.PutAsync(path, new { url = Url, events = Points }, key)).Expect(201);
        var again = (await shop.PutAsync(path, new { url = Url, events = Points }, key)).Expect(201);
        Assert.Equal(made.Body, again.Body);
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        (await shop.PutAsync(path, new { url = Url, events = new[] { "*" } }, key))
            .ExpectProblem(422, "idempotency-key-reused");
        (await shop.DeleteAsync(path)).Expect(204);
    }

    [Fact]
    public async Task A_secret_of_the_callers_own_is_never_shown()
    {
        var shop = await app.NewApplicationAsync();
        var path = $"events/subscriptions/{app.NewName()}";
        var made = (await shop.PutAsync(path, new { url = Url, events = Points, secret = Hook.Secret })).Expect(201);
        Assert.DoesNotContain("ecret", made.Body, StringComparison.Ordinal);
        (await shop.DeleteAsync(path)).Expect(204);
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        var shop = await app.NewApplicationAsync();
        var answer = await shop.PutAsync("events/subscriptions/crm", new
        {
            url = "ftp://example.com",
            events = new[] { "points.added", "points.lost", "coupons.*", "" },
            secret = "short",
            colour = "blue",
        });
        answer.ExpectProblem(400, "invalid");
        Assert.Equal(["/colour", "/events/1", "/events/2", "/events/3", "/secret", "/url"], answer.WrongFields);
        Assert.Equal(["/url"], (await shop.PutAsync("events/subscriptions/crm", new { events = Points })).WrongFields);
        Assert.Equal(["/events"], (await shop.PutAsync("events/subscriptions/crm", new { url = Url })).WrongFields);
        Assert.Equal(
            ["name"], (await shop.PutAsync("events/subscriptions/a%20b", new { url = Url, events = Points })).WrongFields);
        foreach (var secret in new[] { " 0123456789abcdef", "0123456789abcdef\n", "01234567 89abcdef", new('x', 257) })
            Assert.Equal(
                ["/secret"],
                (await shop.PutAsync("events/subscriptions/crm", new { url = Url, events = Points, secret })).WrongFields);
        (await shop.DeleteAsync("events/subscriptions/crm")).Expect(404);
    }

    [Theory]
    [InlineData("https://example.com", false, false, true)]
    [InlineData("https://example.com:8443/a/b?c=d", false, false, true)]
    [InlineData("http://example.com", false, false, false)]
    [InlineData("http://example.com", true, false, true)]
    [InlineData("/hook", true, true, false)]
    [InlineData("example.com/hook", true, true, false)]
    [InlineData("file:///etc/passwd", true, true, false)]
    [InlineData("https://user:word@example.com", true, true, false)]
    [InlineData("https://example.com/#top", true, true, false)]
    [InlineData("https://exam ple.com", true, true, false)]
    [InlineData("https://127.0.0.1", false, false, false)]
    [InlineData("https://2130706433", false, false, false)]
    [InlineData("https://[::1]", false, false, false)]
    [InlineData("https://[::ffff:10.0.0.1]", false, false, false)]
    [InlineData("https://127.0.0.1", false, true, true)]
    [InlineData("https://93.184.215.14", false, false, true)]
    public void Addresses_are_held_against_what_the_installation_allows(
        string url, bool allowInsecure, bool allowPrivate, bool isAllowed) =>
        Assert.Equal(isAllowed, new WebhookRules(allowInsecure, allowPrivate).Fault(url) is null);

    [Fact]
    public async Task An_environment_has_at_most_fifty()
    {
        await using var own = new AppUnderTest(azurite);
        await own.InitializeAsync();
        var shop = await own.NewApplicationAsync();
        var body = new { url = Url, events = Points };
        for (var i = 0; i < Subscription.CountMax; i++)
            (await shop.PutAsync($"events/subscriptions/s-{i}", body)).Expect(201);
        (await shop.PutAsync("events/subscriptions/more", body)).ExpectProblem(409, "too-many-subscriptions");
        (await shop.PutAsync("events/subscriptions/s-7", body)).Expect(200);
        var sandbox = await own.NewApplicationAsync("sandbox");
        (await sandbox.PutAsync("events/subscriptions/more", body)).Expect(201);
        Assert.Single((await sandbox.GetAsync("events/subscriptions")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Subscriptions_are_not_for_ordering_sites()
    {
        var site = await app.NewApplicationAsync(scopes: ["integration", "staff"]);
        (await site.GetAsync("events/subscriptions")).ExpectProblem(403, "denied");
    }
}
