using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles;

public sealed class ProfilesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_customer_is_created_replaced_patched_and_read()
    {
        var shop = await app.NewApplicationAsync();
        var (id, n) = (app.NewName("c"), Customers.NewNumber());
        var made = (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        Assert.Equal(
            ("\"1\"", "live", id), (made.Headers["ETag"], made.Text("environment"), made.Text("integrationId")));
        Assert.Equal("\"1\"", (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(200).Headers["ETag"]);
        var patched = await shop.SendAsync(
            HttpMethod.Patch, $"profiles/{id}", Patch("""{"tags": ["vip"], "name": "Zoë"}"""));
        Assert.Equal("\"2\"", patched.Expect(200).Headers["ETag"]);
        var read = (await shop.GetAsync($"profiles/{id}")).Expect(200);
        Assert.Equal(patched.Body, read.Body);
        Assert.Equal(("Zoë", "active", 0m), (read.Text("name"), read.Text("status"), read.Number("totalOrders")));
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(200);
        Assert.Empty((await shop.GetAsync($"profiles/{id}")).Json["tags"]!.AsArray());
    }

    [Fact]
    public async Task A_stale_If_Match_is_refused_and_changes_nothing()
    {
        var shop = await app.NewApplicationAsync();
        var (id, n) = (app.NewName("c"), Customers.NewNumber());
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n), ("If-Match", "\"1\""))).ExpectProblem(412, "stale");
        (await shop.GetAsync($"profiles/{id}")).ExpectProblem(404, "not-found");
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        (await shop.PatchAsync($"profiles/{id}", new { name = "Ann" }, ("If-Match", "\"1\""))).Expect(200);
        (await shop.PatchAsync($"profiles/{id}", new { name = "Bob" }, ("If-Match", "\"1\"")))
            .ExpectProblem(412, "stale");
        Assert.Equal("Ann", (await shop.GetAsync($"profiles/{id}")).Text("name"));
    }

    [Fact]
    public async Task The_same_idempotency_key_changes_once_and_with_another_body_never()
    {
        var shop = await app.NewApplicationAsync();
        var (id, n) = (app.NewName("c"), Customers.NewNumber());
        var key = ("Idempotency-Key", app.NewName("key"));
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n), key)).Expect(201);
        (await shop.PatchAsync($"profiles/{id}", new { name = "Ann" })).Expect(200);
        var again = (await shop.PutAsync($"profiles/{id}", Customers.Body(n), key)).Expect(201);
        Assert.Equal(("true", "Ann"), (again.Headers["Idempotency-Hit"], again.Text("name")));
        (await shop.PutAsync($"profiles/{id}", Customers.Body(Customers.NewNumber()), key))
            .ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task An_email_or_phone_of_another_registered_customer_is_refused_and_guests_may_share()
    {
        var shop = await app.NewApplicationAsync();
        var (n, m) = (Customers.NewNumber(), Customers.NewNumber());
        var ids = Enumerable.Range(0, 4).Select(_ => app.NewName("c")).ToList();
        (await shop.PutAsync($"profiles/{ids[0]}", Customers.Body(n))).Expect(201);
        var email = await shop.PutAsync($"profiles/{ids[1]}", Customers.Body(m, email: $" C{n}@EXAMPLE.com"));
        email.ExpectProblem(409, "email-taken");
        Assert.Equal(["/email"], email.WrongFields);
        Assert.DoesNotContain(ids[0], email.Body, StringComparison.Ordinal);
        var phone = await shop.PutAsync($"profiles/{ids[1]}", Customers.Body(m, phone: $"020 {70000000 + n}"));
        Assert.Equal(["/phone"], phone.ExpectProblem(409, "phone-taken").WrongFields);
        (await shop.PutAsync($"profiles/{ids[2]}", Customers.Body(n, kind: "guest"))).Expect(201);
        (await shop.PutAsync($"profiles/{ids[2]}", Customers.Body(n))).ExpectProblem(409, "email-taken");
        // What the refused ones had claimed is free again.
        (await shop.PutAsync($"profiles/{ids[1]}", Customers.Body(m))).Expect(201);
        (await shop.PutAsync($"profiles/{ids[0]}", Customers.Body(n, kind: "guest"))).Expect(200);
        (await shop.PutAsync($"profiles/{ids[3]}", Customers.Body(n))).Expect(201);
    }

    [Fact]
    public async Task One_environment_never_sees_the_other()
    {
        var (live, sandbox) = (await app.NewApplicationAsync(), await app.NewApplicationAsync("sandbox"));
        var (id, n) = (app.NewName("c"), Customers.NewNumber());
        (await live.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        (await sandbox.GetAsync($"profiles/{id}")).ExpectProblem(404, "not-found");
        (await sandbox.DeleteAsync($"profiles/{id}")).ExpectProblem(404, "not-found");
        (await sandbox.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        Assert.Single((await sandbox.GetAsync($"profiles?search=c{n}@")).Expect(200).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Dietary_notes_are_for_staff_and_survive_a_replacement_by_an_ordering_site()
    {
        var staff = await app.NewApplicationAsync(scopes: ["staff"]);
        var site = await app.NewKeyAsync(staff.Application, "integration");
        var (id, n) = (app.NewName("c"), Customers.NewNumber());
        (await staff.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        (await site.PatchAsync($"profiles/{id}", new { dietaryNotes = "nuts" })).ExpectProblem(403, "denied");
        Assert.Equal(
            "nuts", (await staff.PatchAsync($"profiles/{id}", new { dietaryNotes = "nuts" })).Text("dietaryNotes"));
        var other = (await site.PutAsync($"profiles/{id}", Customers.Body(n, email: $"o{n}@example.com"))).Expect(200);
        Assert.Null(other.Json["dietaryNotes"]);
        Assert.Equal("nuts", (await staff.GetAsync($"profiles/{id}")).Text("dietaryNotes"));
        (await staff.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(200);
        Assert.Null((await staff.GetAsync($"profiles/{id}")).Json["dietaryNotes"]);
    }

    [Fact]
    public async Task An_erased_customer_is_gone_and_a_new_one_of_that_id_inherits_nothing()
    {
        var shop = await app.NewApplicationAsync();
        var site = await app.NewKeyAsync(shop.Application, "integration");
        var (id, n) = (app.NewName("c"), Customers.NewNumber());
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        (await site.DeleteAsync($"profiles/{id}")).ExpectProblem(403, "denied");
        (await shop.DeleteAsync($"profiles/{id}")).Expect(204);
        (await shop.GetAsync($"profiles/{id}")).ExpectProblem(404, "not-found");
        (await shop.DeleteAsync($"profiles/{id}")).ExpectProblem(404, "not-found");
        Assert.Empty((await shop.GetAsync($"profiles?search=c{n}@")).Json["items"]!.AsArray());
        var customers = new Customers(app);
        foreach (var table in new[] { "Profiles", "ProfileKeys", "ProfileSearch", "Due" })
            Assert.DoesNotContain(await customers.RowsAsync(table), row => row.Any(p =>
                $"{p.Value}".Contains($"c{n}@", StringComparison.Ordinal)
                || (p.Value is byte[] bytes
                    && System.Text.Encoding.UTF8.GetString(bytes).Contains($"c{n}@", StringComparison.Ordinal))));
        Assert.Equal("\"1\"", (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201).Headers["ETag"]);
        await customers.AssertSoundAsync();
    }

    [Fact]
    public async Task Pages_show_everybody_once_while_customers_are_added()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var ids = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add(app.NewName("c"));
            app.Clock.Advance(TimeSpan.FromMilliseconds(1));
            var kind = i % 3 == 0 ? "guest" : "registered";
            (await shop.PutAsync($"profiles/{ids[i]}", Customers.Body(Customers.NewNumber(), kind: kind))).Expect(201);
        }

        string[] queries = ["limit=5", "limit=5&kind=registered", "limit=3&kind=guest", "limit=4&search=customer"];
        foreach (var query in queries)
        {
            var seen = new List<string>();
            string? next = null;
            do
            {
                var cursor = next is null ? "" : $"&cursor={next}";
                var page = (await shop.GetAsync($"profiles?{query}{cursor}")).Expect(200);
                seen.AddRange(page.Json["items"]!.AsArray().Select(i => i!["integrationId"]!.GetValue<string>()));
                next = page.Json["next"]?.GetValue<string>();
                (await shop.PutAsync($"profiles/{app.NewName("z")}", Customers.Body(Customers.NewNumber())))
                    .Expect(201);
            }
            while (next is not null);
            var wanted = ids.Where((_, i) => query.Contains("kind=guest", StringComparison.Ordinal) ? i % 3 == 0
                : !query.Contains("kind=registered", StringComparison.Ordinal) || i % 3 != 0);
            var shown = seen.Where(ids.Contains).ToList();
            Assert.Equal(shown.Distinct(), shown);
            Assert.Equal(wanted.Order(), shown.Order());
            if (!query.Contains("search", StringComparison.Ordinal)) Assert.Equal(wanted, shown);
        }
    }

    [Fact]
    public async Task Columns_can_be_chosen_and_unknown_parameters_are_refused()
    {
        var shop = await app.NewApplicationAsync();
        var (id, n) = (app.NewName("c"), Customers.NewNumber());
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        var page = (await shop.GetAsync($"profiles?search=c{n}@&fields=name,totalOrders")).Expect(200);
        var item = page.Json["items"]![0]!;
        Assert.Equal(["integrationId", "name", "totalOrders"], item.AsObject().Select(m => m.Key));
        var wrong = (await shop.GetAsync("profiles?kind=king&limit=0&colour=red&cursor=*"))
            .ExpectProblem(400, "invalid");
        Assert.Equal(["?colour", "?cursor", "?kind", "?limit"], wrong.WrongFields);
        (await shop.GetAsync("profiles?fields=name,colour")).ExpectProblem(400, "invalid");
        (await shop.PutAsync("profiles/a%5Cb", Customers.Body(n))).Expect(400);
    }

    private static StringContent Patch(string json) =>
        new(json, System.Text.Encoding.UTF8, "application/merge-patch+json");
}
