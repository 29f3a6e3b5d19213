using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Access;

public sealed class AccessTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task An_application_gets_a_key_that_is_shown_once_and_can_be_revoked()
    {
        var shop = app.NewName("shop");
        var body = new
        {
            name = shop,
            environment = "live",
            timeZone = "Europe/Berlin",
            currency = "EUR",
            region =
            "DE"
        };
        (await app.Admin.PostAsync("applications", body)).Expect(201);
        (await app.Admin.PostAsync("applications", body)).ExpectProblem(409, "application-exists");
        var made = (await app.Admin.PostAsync($"applications/{shop}/keys", new
        {
            scopes =
            new[] { "admin" }
        })).Expect(201);
        var listed = (await app.Admin.GetAsync($"applications/{shop}/keys")).Expect(200);
        Assert.DoesNotContain(made.Text("key"), listed.Body, StringComparison.Ordinal);

        var client = new ApiClient(app.Host, made.Text("key"));
        (await client.GetAsync("applications")).Expect(200);
        (await app.Admin.DeleteAsync($"applications/{shop}/keys/{made.Text("keyId")}")).Expect(204);
        (await client.GetAsync("applications")).ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_key_without_the_scope_is_denied_and_a_missing_or_bad_key_is_unauthenticated()
    {
        var client = await app.NewApplicationAsync(scopes: ["integration"]);
        (await client.GetAsync("applications")).ExpectProblem(403, "denied");
        (await new ApiClient(app.Host, null).GetAsync("applications")).ExpectProblem(401, "unauthenticated");
        (await new ApiClient(app.Host, "cf_shop_0123456789abcdef_00").GetAsync("applications"))
            .ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Every_wrong_field_of_an_application_is_named()
    {
        var answer = await app.Admin.PostAsync("applications", new
        {
            name = "a/b",
            environment = "moon",
            timeZone = "Nowhere/Here",
            currency = "euro",
            region = "XX",
            colour =
                "red",
        });
        answer.ExpectProblem(400, "invalid");
        Assert.Equal(
            ["/colour", "/currency", "/environment", "/name", "/region", "/timeZone"], answer.WrongFields);
        Assert.Equal(answer.Headers["x-request-id"], answer.Text("requestId"));
    }

    [Fact]
    public async Task An_admin_key_of_one_environment_does_not_see_the_other()
    {
        var sandbox = await app.NewApplicationAsync("sandbox", ["admin"]);
        var live = await app.NewApplicationAsync("live");
        var names = (await sandbox.GetAsync("applications")).Expect(200).Body;
        Assert.DoesNotContain($"\"{live.Application}\"", names, StringComparison.Ordinal);
        (await sandbox.PostAsync($"applications/{live.Application}/keys", new { scopes = new[] { "admin" } }))
            .ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task The_last_use_of_a_key_is_noted_at_most_once_a_minute()
    {
        var client = await app.NewApplicationAsync();
        var noted = new List<string?>();
        var writes = 0;
        foreach (var seconds in (int[])[0, 59, 1, 59, 61])
        {
            app.Clock.Advance(TimeSpan.FromSeconds(seconds));
            app.Probe.Count();
            (await client.GetAsync("programs")).Expect(200);
            writes += app.Probe.Calls.Count(c => c.StartsWith("PATCH", StringComparison.Ordinal) && c.Contains("Access"));
            var keys = (await app.Admin.GetAsync($"applications/{client.Application}/keys")).Expect(200);
            noted.Add(keys.Json["items"]![0]!["lastUsedAt"]!.GetValue<string>());
        }

        Assert.Equal(3, writes);
        Assert.Equal(3, noted.Distinct().Count());
    }

    [Fact]
    public async Task Making_an_application_and_a_key_survives_a_fault_at_every_storage_call()
    {
        await FaultEnumeration.RunAsync(
            "make an application", app.Probe, () => Task.FromResult(app.NewName("made")),
            async name => (await app.Admin.PostAsync(
                "applications", new { name, environment = "live" }, ("Idempotency-Key", name))).IsSuccess,
            async name => Assert.Contains($"\"{name}\"", (await app.Admin.GetAsync("applications")).Body, StringComparison.Ordinal));
        await FaultEnumeration.RunAsync(
            "make a key", app.Probe, async () => (await app.NewApplicationAsync()).Application,
            // The text of a key is not kept: to a client that lost it the repeat says that the key is there.
            async name => (await app.Admin.PostAsync(
                $"applications/{name}/keys", new { scopes = new[] { "staff" } }, ("Idempotency-Key", $"key-{name}")))
                .Status is 201 or 409,
            async name => Assert.Single(
                (await app.Admin.GetAsync($"applications/{name}/keys")).Json["items"]!.AsArray(),
                k => k!["scopes"]!.AsArray().Count == 1));
    }
}
