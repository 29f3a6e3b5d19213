using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles;

public sealed class AuditTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    /// <summary>A customer's trail, newest first, a line each: action, field, from, to.</summary>
    public static async Task<IReadOnlyList<string>> LinesAsync(ApiClient shop, string id, string query = "") =>
        [.. (await shop.GetAsync($"profiles/{id}/audit{query}")).Expect(200).Json["items"]!.AsArray()
            .Select(l => string.Join("; ", l!["changes"]!.AsArray()
                .Select(c => $"{c!["field"]}: {Text(c["from"])} -> {Text(c["to"])}")
                .Prepend(l["action"]!.GetValue<string>())))];

    [Fact]
    public async Task Every_change_is_told_with_who_when_what_from_and_what_to()
    {
        var shop = await app.NewApplicationAsync();
        var (id, n) = (app.NewName("h"), Customers.NewNumber());
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var at = app.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        (await shop.PatchAsync($"profiles/{id}", new
        {
            name = "Zoë",
            dietaryNotes = "nuts",
            consent = new { email = new { granted = true, source = "signup" } },
        })).Expect(200);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await shop.PutAsync($"profiles/{id}/tags/vip", new { })).Expect(200);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var note = (await shop.PostAsync($"profiles/{id}/notes", new { text = "Window" })).Expect(201).Text("noteId");
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var address = (await shop.PostAsync($"profiles/{id}/addresses", new { lines = new[] { "1 High St" } }))
            .Expect(201).Text("addressId");
        // What changes nothing is no line.
        (await shop.PutAsync($"profiles/{id}/tags/vip", new { })).Expect(200);
        var lines = await LinesAsync(shop, id);
        Assert.Equal(5, lines.Count);
        Assert.StartsWith($"changed; addresses.{address}: - -> {{", lines[0], StringComparison.Ordinal);
        Assert.Equal($"note-added; notes.{note}: - -> Window", lines[1]);
        Assert.Equal("changed; tags: - -> [\"vip\"]", lines[2]);
        Assert.Equal(
            $"changed; consent.email: - -> {{\"granted\":true,\"at\":\"{at}\",\"source\":\"signup\"}}; "
            + $"dietaryNotes: - -> nuts; name: Customer {Customers.Word(n)} -> Zoë",
            lines[3]);
        Assert.Equal("created", lines[4]);
        var last = (await shop.GetAsync($"profiles/{id}/audit?limit=1")).Json["items"]![0]!;
        Assert.Equal(
            ($"application:{shop.Application}", 4L),
            (last["by"]!.GetValue<string>(), last["version"]!.GetValue<long>()));
    }

    [Fact]
    public async Task A_phone_that_is_proven_and_changed_again_is_told()
    {
        var shop = await app.NewApplicationAsync();
        var (id, n) = (app.NewName("h"), Customers.NewNumber());
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        var directory = new Customers(app).Directory;
        var stored = (await directory.FindAsync(Customers.Live, id, Customers.Stop))!;
        Assert.True((await directory.VerifyPhoneAsync(
            Customers.Live, stored.Key, stored.Profile.Phone!, Customers.NewChange(), "test", Customers.Stop)).IsOk);
        (await shop.PatchAsync($"profiles/{id}", new { phone = $"+4421{70000000 + n}" })).Expect(200);
        Assert.Equal(
            [
                $"changed; phone: {stored.Profile.Phone} -> +4421{70000000 + n}; mobileVerified: true -> false",
                "changed; mobileVerified: false -> true", "created",
            ],
            await LinesAsync(shop, id));
    }

    [Fact]
    public async Task Pages_show_every_line_once_and_integration_keys_see_none()
    {
        var shop = await app.NewApplicationAsync();
        var id = app.NewName("h");
        (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = "0" })).Expect(201);
        for (var i = 1; i <= 8; i++)
        {
            (await shop.PatchAsync($"profiles/{id}", new { name = $"{i}" })).Expect(200);
            (await shop.PostAsync($"profiles/{id}/notes", new { text = $"{i}" })).Expect(201);
        }

        var seen = new List<string>();
        var next = "";
        do
        {
            var page = (await shop.GetAsync($"profiles/{id}/audit?limit=5{next}")).Expect(200);
            seen.AddRange(page.Json["items"]!.AsArray().Select(l => l!.ToJsonString()));
            next = page.Json["next"] is { } cursor ? $"&cursor={cursor}" : "";
        }
        while (next.Length > 0);
        Assert.Equal(17, seen.Count);
        Assert.Equal(17, seen.Distinct().Count());
        var site = await app.NewKeyAsync(shop.Application, "integration");
        (await site.GetAsync($"profiles/{id}/audit")).ExpectProblem(403, "denied");
        (await shop.GetAsync($"profiles/{id}/audit?cursor=abc")).ExpectProblem(400, "invalid");
        (await shop.GetAsync("profiles/nobody/audit")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Nothing_of_the_trail_is_left_after_an_erasure()
    {
        var shop = await app.NewApplicationAsync();
        var id = app.NewName("h");
        (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = "Before" })).Expect(201);
        (await shop.PatchAsync($"profiles/{id}", new { name = "After" })).Expect(200);
        var customers = new Customers(app);
        var key = (await customers.Directory.FindAsync(Customers.Live, id, Customers.Stop))!.Key;
        Assert.Contains(await customers.RowsAsync("Profiles"), IsLine);
        (await shop.DeleteAsync($"profiles/{id}")).Expect(204);
        Assert.DoesNotContain(await customers.RowsAsync("Profiles"), IsLine);

        bool IsLine(Azure.Data.Tables.TableEntity row) => row.RowKey.StartsWith($"h|{key}|", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consent_gets_the_servers_time_when_it_changes_and_only_then()
    {
        var shop = await app.NewApplicationAsync();
        var id = app.NewName("h");
        var asked = new { kind = "guest", consent = new { sms = new { granted = true, source = "till" } } };
        var first = (await shop.PutAsync($"profiles/{id}", asked)).Expect(201).Json["consent"]!["sms"]!.ToJsonString();
        app.Clock.Advance(TimeSpan.FromHours(1));
        var again = (await shop.PutAsync($"profiles/{id}", asked)).Expect(200);
        Assert.Equal((first, "\"1\""), (again.Json["consent"]!["sms"]!.ToJsonString(), again.Headers["ETag"]));
        var now = app.Clock.GetUtcNow();
        var refused = new { kind = "guest", consent = new { sms = new { granted = false } } };
        var later = (await shop.PutAsync($"profiles/{id}", refused)).Expect(200).Json["consent"]!["sms"]!;
        Assert.Equal(now, later["at"]!.GetValue<DateTimeOffset>());
        Assert.Null(later["source"]);
        var said = new { kind = "guest", consent = new { sms = new { granted = false, at = "2026-01-02T03:04:05Z" } } };
        Assert.Equal(
            "2026-01-02T03:04:05Z",
            (await shop.PutAsync($"profiles/{id}", said)).Expect(200).Json["consent"]!["sms"]!["at"]!.GetValue<string>());
    }

    private static string Text(System.Text.Json.Nodes.JsonNode? node) => node switch
    {
        null => "-",
        System.Text.Json.Nodes.JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(),
    };
}
