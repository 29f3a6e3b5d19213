using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Attributes;

public sealed class AttributesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Attributes_are_declared_changed_listed_and_taken_back()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var site = await app.NewKeyAsync(shop.Application, "integration");
        var declared = await shop.PutAsync(
            "attributes/profile/colour", new { type = "string", allowedValues = new[] { "red" }, description = "Mood" });
        Assert.Equal(("colour", "string"), (declared.Expect(201).Text("name"), declared.Text("type")));
        (await shop.PutAsync("attributes/profile/colour", new { type = "string" })).Expect(200);
        (await shop.PutAsync("attributes/session/colour", new { type = "number-list" })).Expect(201);
        (await shop.PutAsync("attributes/profile/colour", new { type = "number" })).ExpectProblem(409, "type-fixed");
        Assert.Empty((await site.GetAsync("attributes/profile/colour")).Expect(200).Json["allowedValues"]!.AsArray());
        var first = (await site.GetAsync("attributes?limit=1")).Expect(200);
        var second = (await site.GetAsync($"attributes?limit=1&cursor={first.Text("next")}")).Expect(200);
        Assert.Equal("profile", first.Json["items"]![0]!["entity"]!.GetValue<string>());
        Assert.Equal("session", second.Json["items"]![0]!["entity"]!.GetValue<string>());
        Assert.Null(second.Json["next"]);
        Assert.Single((await site.GetAsync("attributes?entity=session")).Expect(200).Json["items"]!.AsArray());
        (await shop.DeleteAsync("attributes/profile/colour")).Expect(204);
        (await shop.DeleteAsync("attributes/profile/colour")).ExpectProblem(404, "not-found");
        (await site.GetAsync("attributes/profile/colour")).ExpectProblem(404, "not-found");
        (await shop.PutAsync("attributes/profile/colour", new { type = "number" })).Expect(201);
    }

    [Fact]
    public async Task Declarations_are_for_managers_and_every_wrong_field_is_named()
    {
        var shop = await app.NewApplicationAsync();
        var site = await app.NewKeyAsync(shop.Application, "integration", "staff");
        (await site.PutAsync("attributes/profile/x", new { type = "string" })).ExpectProblem(403, "denied");
        (await site.DeleteAsync("attributes/profile/x")).ExpectProblem(403, "denied");
        var wrong = await shop.PutAsync(
            "attributes/profile/x", new { type = "number", allowedValues = new object[] { 1, "a" }, kind = 1 });
        Assert.Equal(["/allowedValues/1", "/kind"], wrong.ExpectProblem(400, "invalid").WrongFields);
        (await shop.PutAsync("attributes/king/x", new { type = "string" })).ExpectProblem(400, "invalid");
        (await shop.PutAsync("attributes/profile/a%20b", new { type = "string" })).ExpectProblem(400, "invalid");
        Assert.Equal(
            ["/type"], (await shop.PutAsync("attributes/profile/x", new { })).ExpectProblem(400, "invalid").WrongFields);
        var other = await app.NewApplicationAsync("sandbox");
        (await shop.PutAsync("attributes/profile/mine", new { type = "string" })).Expect(201);
        (await other.GetAsync("attributes/profile/mine")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Every_write_of_a_customer_is_held_against_the_declarations()
    {
        var shop = await app.NewApplicationAsync();
        var id = app.NewName("a");
        foreach (var (name, type) in new[] { ("size", "number"), ("place", "location"), ("days", "time-list") })
            (await shop.PutAsync($"attributes/profile/{name}", new { type })).Expect(201);
        (await shop.PutAsync(
            "attributes/profile/team", new { type = "string-list", allowedValues = new[] { "red", "blue" } })).Expect(201);
        var wrong = await PutAsync(shop, id, new
        {
            size = "big",
            place = new { lat = 91, lon = 0 },
            days = new[] { "2026-03-01T12:00:00Z", "soon" },
            team = new[] { "red", "green" },
            mood = "good",
        });
        Assert.Equal(
            ["/attributes/days", "/attributes/mood", "/attributes/place", "/attributes/size", "/attributes/team"],
            wrong.ExpectProblem(400, "invalid").WrongFields);
        (await shop.GetAsync($"profiles/{id}")).ExpectProblem(404, "not-found");
        var attributes = new
        {
            size = 4.5,
            place = new { lat = 51.5, lon = -0.1 },
            days = new[] { "2026-03-01T12:00:00Z" },
            team = new[] { "blue" },
        };
        (await PutAsync(shop, id, attributes)).Expect(201);
        var patched = await shop.PatchAsync($"profiles/{id}", new { attributes = new { size = "x", mood = 1 } });
        Assert.Equal(["/attributes/mood", "/attributes/size"], patched.ExpectProblem(400, "invalid").WrongFields);
        var read = (await shop.PatchAsync($"profiles/{id}", new { attributes = new { size = 5 } })).Expect(200);
        Assert.Equal(
            """{"days":["2026-03-01T12:00:00Z"],"place":{"lat":51.5,"lon":-0.1},"size":5,"team":["blue"]}""",
            read.Json["attributes"]!.ToJsonString());
    }

    [Fact]
    public async Task A_stored_value_may_stay_when_its_declaration_is_gone_but_not_change()
    {
        var shop = await app.NewApplicationAsync();
        var (id, name) = (app.NewName("a"), app.NewName("gone"));
        (await shop.PutAsync($"attributes/profile/{name}", new { type = "string" })).Expect(201);
        (await PutAsync(shop, id, Values(name, "kept"))).Expect(201);
        (await shop.DeleteAsync($"attributes/profile/{name}")).Expect(204);
        (await shop.PutAsync(
            $"profiles/{id}", new { kind = "guest", name = "New", attributes = Values(name, "kept") })).Expect(200);
        (await shop.PatchAsync($"profiles/{id}", new { name = "Newer" })).Expect(200);
        Assert.Equal(
            [$"/attributes/{name}"],
            (await PutAsync(shop, id, Values(name, "changed"))).ExpectProblem(400, "invalid").WrongFields);
        Assert.Empty((await PutAsync(shop, id, new { })).Expect(200).Json["attributes"]!.AsObject());
        (await PutAsync(shop, id, Values(name, "kept"))).ExpectProblem(400, "invalid");
    }

    [Theory]
    [InlineData("declare")]
    [InlineData("change")]
    [InlineData("take back")]
    public async Task Declaring_survives_a_fault_at_every_storage_call(string how)
    {
        var shop = await app.NewApplicationAsync();
        await FaultEnumeration.RunAsync(
            $"attribute: {how}", app.Probe,
            async () =>
            {
                var path = $"attributes/profile/{app.NewName("f")}";
                if (how != "declare") (await shop.PutAsync(path, new { type = "string" })).Expect(201);
                else await shop.GetAsync("attributes");
                return path;
            },
            async path => how == "take back"
                ? (await shop.DeleteAsync(path)).Status is 204 or 404
                : (await shop.PutAsync(path, new { type = "string", description = "New" })).IsSuccess,
            async path =>
            {
                var found = await shop.GetAsync(path);
                if (how == "take back") found.ExpectProblem(404, "not-found");
                else Assert.Equal("New", found.Expect(200).Text("description"));
            },
            callsVary: true);
    }

    private static Task<ApiAnswer> PutAsync(ApiClient shop, string id, object attributes) =>
        shop.PutAsync($"profiles/{id}", new { kind = "guest", attributes });

    private static Dictionary<string, string> Values(string name, string value) => new() { [name] = value };
}
