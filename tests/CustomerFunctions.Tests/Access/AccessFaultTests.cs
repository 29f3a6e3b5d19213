using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Access;

/// <summary>Applications and keys while storage fails, and while two admins work at once.</summary>
public sealed class AccessFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private sealed record Case(string Name, ApiClient Client, string KeyId, string CreatedAt)
    {
        /// <summary>The statuses that the two writers were answered with at last.</summary>
        public int First { get; set; }

        public int Second { get; set; }
    }

    [Fact]
    public async Task Replacing_an_application_survives_a_fault_at_every_storage_call()
    {
        var tried = await FaultEnumeration.RunAsync(
            "replace an application", app.Probe, NewCaseAsync,
            async c => (await ReplaceAsync(c, "Lisbon")).IsSuccess,
            async c => Assert.Equal("Europe/Lisbon", await SoundZoneAsync(c)));
        Assert.True(tried >= 3, $"{tried} faults");
    }

    [Fact]
    public async Task Revoking_a_key_survives_a_fault_at_every_storage_call()
    {
        var tried = await FaultEnumeration.RunAsync(
            "revoke a key", app.Probe, NewCaseAsync, async c => (await RevokeAsync(c)).IsSuccess, RevokedAsync);
        Assert.True(tried >= 3, $"{tried} faults");
    }

    [Fact]
    public async Task A_repeated_creation_finds_its_application_after_it_was_replaced()
    {
        var name = app.NewName("shop");
        (await CreateAsync(name, "Berlin", "change")).Expect(201);
        (await app.Admin.PutAsync($"applications/{name}", new { environment = "live" })).Expect(200);
        (await CreateAsync(name, "Berlin", "change")).Expect(201);
        (await CreateAsync(name, "Berlin", "other change")).ExpectProblem(409, "application-exists");
    }

    [Fact]
    public Task Of_two_that_replace_an_application_one_stands_whole_wherever_one_is_held_back() =>
        FaultEnumeration.PauseAsync(
            "replace and replace an application", app.Probe, NewCaseAsync,
            async c => (await ReplaceAsync(c, "Lisbon")).IsSuccess,
            async c => (await ReplaceAsync(c, "Paris")).IsSuccess,
            async c => Assert.Contains(await SoundZoneAsync(c), (string[])["Europe/Lisbon", "Europe/Paris"]));

    [Fact]
    public Task Of_two_that_make_one_application_one_is_told_so_wherever_one_is_held_back() =>
        FaultEnumeration.PauseAsync(
            "make and make an application", app.Probe, () => Task.FromResult(NoCase()),
            async c => (c.First = (await CreateAsync(c.Name, "Lisbon", c.Name + "-1")).Status) is 201 or 409,
            async c => (c.Second = (await CreateAsync(c.Name, "Paris", c.Name + "-2")).Status) is 201 or 409,
            async c =>
            {
                Assert.Equal([201, 409], ((int[])[c.First, c.Second]).Order());
                var zone = (await FindAsync(c.Name))["timeZone"]!.GetValue<string>();
                Assert.Equal(c.First == 201 ? "Europe/Lisbon" : "Europe/Paris", zone);
            });

    [Fact]
    public Task The_same_creation_twice_at_once_makes_one_application_and_tells_both() =>
        FaultEnumeration.PauseAsync(
            "make an application twice", app.Probe, () => Task.FromResult(NoCase()),
            async c => (await CreateAsync(c.Name, "Lisbon", c.Name)).Expect(201).IsSuccess,
            async c => (await CreateAsync(c.Name, "Lisbon", c.Name)).Expect(201).IsSuccess,
            async c => Assert.Equal("Europe/Lisbon", (await FindAsync(c.Name))["timeZone"]!.GetValue<string>()));

    [Fact]
    public Task A_key_is_revoked_though_its_use_is_held_back_anywhere() => FaultEnumeration.PauseAsync(
        "use and revoke a key", app.Probe, NewCaseAsync,
        async c => (await c.Client.GetAsync("applications")).Status is 200 or 401,
        async c => (await RevokeAsync(c)).IsSuccess,
        RevokedAsync);

    [Fact]
    public Task A_key_is_revoked_though_its_application_is_written_meanwhile() => FaultEnumeration.PauseAsync(
        "revoke a key and replace its application", app.Probe, NewCaseAsync,
        async c => (await RevokeAsync(c)).IsSuccess,
        async c =>
        {
            (await c.Client.GetAsync("applications")).Expect(200);
            Assert.Equal(201, (await app.Admin.PostAsync(
                $"applications/{c.Name}/keys", new
                {
                    scopes =
                    new[] { "staff" }
                }, ("Idempotency-Key", c.Name))).Status);
            return (await ReplaceAsync(c, "Paris")).IsSuccess;
        },
        async c =>
        {
            await RevokedAsync(c);
            Assert.Equal("Europe/Paris", (await FindAsync(c.Name))["timeZone"]!.GetValue<string>());
            Assert.Equal(2, (await KeysAsync(c)).Count);
        });

    private Case NoCase() => new(app.NewName("made"), app.Admin, "", "");

    private async Task<Case> NewCaseAsync()
    {
        var client = await app.NewApplicationAsync(scopes: ["admin"]);
        var made = await FindAsync(client.Application);
        // So that a write of another instant would be seen, and the key's next use is noted anew.
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var c = new Case(client.Application, client, "", made["createdAt"]!.GetValue<string>());
        return c with { KeyId = Assert.Single(await KeysAsync(c))!["keyId"]!.GetValue<string>() };
    }

    private Task<ApiAnswer> CreateAsync(string name, string city, string key) => app.Admin.PostAsync(
        "applications", new { name, environment = "live", timeZone = "Europe/" + city }, ("Idempotency-Key", key));

    private Task<ApiAnswer> ReplaceAsync(Case c, string city) => app.Admin.PutAsync(
        $"applications/{c.Name}",
        new { environment = "live", timeZone = "Europe/" + city, region = city == "Paris" ? "FR" : "PT" });

    private Task<ApiAnswer> RevokeAsync(Case c) => app.Admin.DeleteAsync($"applications/{c.Name}/keys/{c.KeyId}");

    private async Task<JsonNode> FindAsync(string name) => Assert.Single(
        (await app.Admin.GetAsync("applications")).Expect(200).Json["items"]!.AsArray(),
        a => a!["name"]!.GetValue<string>() == name)!;

    private async Task<JsonArray> KeysAsync(Case c) =>
        (await app.Admin.GetAsync($"applications/{c.Name}/keys")).Expect(200).Json["items"]!.AsArray();

    /// <summary>The application's time zone; asserts that the rest goes with it and that its key still holds.</summary>
    private async Task<string> SoundZoneAsync(Case c)
    {
        var found = await FindAsync(c.Name);
        var zone = found["timeZone"]!.GetValue<string>();
        Assert.Equal(zone == "Europe/Paris" ? "FR" : "PT", found["region"]!.GetValue<string>());
        Assert.Equal(c.CreatedAt, found["createdAt"]!.GetValue<string>());
        (await c.Client.GetAsync("applications")).Expect(200);
        return zone;
    }

    private async Task RevokedAsync(Case c)
    {
        (await c.Client.GetAsync("applications")).ExpectProblem(401, "unauthenticated");
        var key = Assert.Single(await KeysAsync(c), k => k!["keyId"]!.GetValue<string>() == c.KeyId)!;
        Assert.NotNull(key["revokedAt"]);
    }
}
