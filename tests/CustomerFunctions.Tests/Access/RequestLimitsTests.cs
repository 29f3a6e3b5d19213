using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Access;

/// <summary>Limits of an instance, and the bootstrap key when it is turned off.</summary>
public sealed class RequestLimitsTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Who_calls_too_often_is_told_when_to_come_back_and_others_are_not_held_up()
    {
        await using var app = await StartAsync(
            ("Access__RateLimit__PerMinute", "1"), ("Access__RateLimit__Burst", "3"));
        var (one, two) = (await app.NewApplicationAsync(), new ApiClient(app.Host, null));
        for (var i = 0; i < 3; i++) (await one.GetAsync("profiles")).Expect(200);
        var refused = (await one.GetAsync("profiles")).ExpectProblem(429, "rate-limited");
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], null), 1, 60);
        (await two.GetAsync("health/live")).Expect(200);
        (await app.Admin.GetAsync("applications")).Expect(200);
    }

    [Fact]
    public async Task Health_is_not_limited()
    {
        await using var app = await StartAsync(
            ("Access__RateLimit__PerMinute", "1"), ("Access__RateLimit__Burst", "1"));
        for (var i = 0; i < 5; i++) (await app.Admin.GetAsync("health/live")).Expect(200);
    }

    [Fact]
    public async Task An_empty_bootstrap_key_lets_nobody_in()
    {
        await using var app = await StartAsync(("Access__BootstrapAdminKey", ""));
        (await app.Admin.GetAsync("applications")).ExpectProblem(401, "unauthenticated");
        (await new ApiClient(app.Host, "").GetAsync("applications")).ExpectProblem(401, "unauthenticated");
        (await new ApiClient(app.Host, null).GetAsync("applications")).ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Without_a_directory_every_token_is_refused()
    {
        await using var authority = await TestAuthority.StartAsync();
        await using var app = await StartAsync();
        var token = authority.Token(app.Clock.GetUtcNow(), ["admin"]);
        (await new ApiClient(app.Host, null).SendAsync(
            HttpMethod.Get, "applications", null, ("Authorization", "Bearer " + token)))
            .ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_directory_that_has_never_answered_is_told_as_such()
    {
        await using var authority = await TestAuthority.StartAsync();
        await using var app = await StartAsync([.. authority.Settings.Select(s => (s.Key, s.Value))]);
        authority.IsAway = true;
        var refused = await new ApiClient(app.Host, null).SendAsync(
            HttpMethod.Get, "applications", null,
            ("Authorization", "Bearer " + authority.Token(app.Clock.GetUtcNow(), ["admin"])));
        Assert.Equal("5", refused.ExpectProblem(503, "authority-away").Headers["Retry-After"]);
    }

    [Theory]
    [InlineData("Access__BootstrapAdminKey", "short")]
    [InlineData("Access__Entra__TenantId", "half-set")]
    [InlineData("Access__RateLimit__PerMinute", "-1")]
    public async Task Settings_that_make_no_sense_stop_the_start(string name, string value) =>
        await Assert.ThrowsAnyAsync<Exception>(() => StartAsync((name, value)));

    private async Task<AppUnderTest> StartAsync(params (string Name, string Value)[] settings)
    {
        var app = new AppUnderTest(azurite)
        {
            Settings = settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal),
        };
        await app.InitializeAsync();
        return app;
    }
}
