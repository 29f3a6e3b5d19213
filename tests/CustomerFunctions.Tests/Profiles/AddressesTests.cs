using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles;

public sealed class AddressesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Exactly_one_address_is_the_default_whatever_is_done()
    {
        var (shop, id) = await NewAsync();
        var home = (await shop.PostAsync($"profiles/{id}/addresses", Body("Home"))).Expect(201).Text("addressId");
        Assert.Equal([home], await DefaultsAsync(shop, id));
        var work = (await shop.PostAsync($"profiles/{id}/addresses", Body("Work"))).Expect(201).Text("addressId");
        Assert.Equal([home], await DefaultsAsync(shop, id));
        var villa = (await shop.PostAsync($"profiles/{id}/addresses", Body("Villa", true))).Expect(201);
        Assert.Equal([villa.Text("addressId")], await DefaultsAsync(shop, id));
        (await shop.PutAsync($"profiles/{id}/addresses/{work}", Body("Office", true))).Expect(200);
        Assert.Equal([work], await DefaultsAsync(shop, id));
        var stays = await shop.PutAsync($"profiles/{id}/addresses/{work}", Body("Office", false));
        Assert.Equal(["/default"], stays.ExpectProblem(400, "invalid").WrongFields);
        Assert.True((await shop.PutAsync($"profiles/{id}/addresses/{work}", Body("Bureau"))).Expect(200)
            .Json["default"]!.GetValue<bool>());
        (await shop.DeleteAsync($"profiles/{id}/addresses/{work}")).Expect(204);
        Assert.Equal([home], await DefaultsAsync(shop, id));
        (await shop.DeleteAsync($"profiles/{id}/addresses/{work}")).ExpectProblem(404, "not-found");
        (await shop.PutAsync($"profiles/{id}/addresses/{work}", Body("x"))).ExpectProblem(404, "not-found");
        (await shop.DeleteAsync($"profiles/{id}/addresses/{home}")).Expect(204);
        (await shop.DeleteAsync($"profiles/{id}/addresses/{villa.Text("addressId")}")).Expect(204);
        Assert.Empty((await shop.GetAsync($"profiles/{id}")).Json["addresses"]!.AsArray());
    }

    [Fact]
    public async Task An_address_is_read_with_the_customer_and_stays_when_the_rest_is_replaced_or_patched()
    {
        var (shop, id) = await NewAsync();
        var made = await shop.PostAsync($"profiles/{id}/addresses", new
        {
            label = "Home",
            recipient = "Zoë",
            lines = new[] { "1 High St", "Flat 2" },
            city = "London",
            region = "Greater London",
            postalCode = "N1 1AA",
            country = "GB",
            phone = "020 7946 0000",
            instructions = "Ring twice",
        });
        Assert.Equal(("+442079460000", "\"2\""), (made.Expect(201).Text("phone"), made.Headers["ETag"]));
        (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = "Other" })).Expect(200);
        (await shop.PatchAsync($"profiles/{id}", new { name = "Third" })).Expect(200);
        var stored = (await shop.GetAsync($"profiles/{id}")).Expect(200).Json["addresses"]!.AsArray();
        Assert.Equal(made.Json.ToJsonString(), Assert.Single(stored)!.ToJsonString());
        var wrong = await shop.PatchAsync($"profiles/{id}", new { addresses = Array.Empty<object>() });
        Assert.Equal(["/addresses"], wrong.ExpectProblem(400, "invalid").WrongFields);
        var page = (await shop.GetAsync($"profiles/{id}/addresses?limit=1")).Expect(200);
        Assert.Null(page.Json["next"]);
    }

    [Fact]
    public async Task The_same_key_adds_one_address_and_every_wrong_field_is_named()
    {
        var (shop, id) = await NewAsync();
        var key = ("Idempotency-Key", app.NewName("key"));
        var first = (await shop.PostAsync($"profiles/{id}/addresses", Body("Home"), key)).Expect(201);
        var again = (await shop.PostAsync($"profiles/{id}/addresses", Body("Home"), key)).Expect(201);
        Assert.Equal((first.Body, "true"), (again.Body, again.Headers["Idempotency-Hit"]));
        (await shop.PostAsync($"profiles/{id}/addresses", Body("Work"), key))
            .ExpectProblem(422, "idempotency-key-reused");
        var wrong = await shop.PostAsync($"profiles/{id}/addresses", new
        {
            lines = new[] { "4111 1111 1111 1111" },
            country = "Britain",
            phone = "1",
            colour = "red",
        });
        Assert.Equal(["/colour", "/country", "/lines/0", "/phone"], wrong.ExpectProblem(400, "invalid").WrongFields);
        (await shop.PostAsync($"profiles/{id}/addresses", new { city = "London" })).ExpectProblem(400, "invalid");
        (await shop.PostAsync($"profiles/nobody/addresses", Body("Home"))).ExpectProblem(404, "not-found");
        var stale = await shop.PutAsync(
            $"profiles/{id}/addresses/{first.Text("addressId")}", Body("x"), ("If-Match", "\"1\""));
        stale.ExpectProblem(412, "stale");
    }

    [Fact]
    public async Task A_customer_has_at_most_fifty_addresses_in_pages()
    {
        var (shop, id) = await NewAsync();
        for (var i = 0; i < 50; i++) (await shop.PostAsync($"profiles/{id}/addresses", Body($"A{i}"))).Expect(201);
        (await shop.PostAsync($"profiles/{id}/addresses", Body("x"))).ExpectProblem(409, "too-many-addresses");
        var first = (await shop.GetAsync($"profiles/{id}/addresses?limit=30")).Expect(200);
        var second = (await shop.GetAsync($"profiles/{id}/addresses?limit=30&cursor={first.Text("next")}")).Expect(200);
        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => $"A{i}"),
            first.Json["items"]!.AsArray().Concat(second.Json["items"]!.AsArray())
                .Select(a => a!["label"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("add")]
    [InlineData("replace")]
    [InlineData("remove")]
    public async Task Changing_an_address_survives_a_fault_at_every_storage_call(string how)
    {
        var shop = await app.NewApplicationAsync();
        await FaultEnumeration.RunAsync(
            $"address: {how}", app.Probe,
            async () =>
            {
                var id = app.NewName("a");
                (await shop.PutAsync($"profiles/{id}", new { kind = "guest" })).Expect(201);
                var there = await shop.PostAsync($"profiles/{id}/addresses", Body("There"));
                return (Id: id, AddressId: there.Expect(201).Text("addressId"));
            },
            async c =>
            {
                var (path, key) = ($"profiles/{c.Id}/addresses", ("Idempotency-Key", c.Id));
                return (how switch
                {
                    "add" => await shop.PostAsync(path, Body("New", true), key),
                    "replace" => await shop.PutAsync($"{path}/{c.AddressId}", Body("New", true), key),
                    _ => await shop.SendAsync(HttpMethod.Delete, $"{path}/{c.AddressId}", null, key),
                }).IsSuccess;
            },
            async c =>
            {
                var labels = (await shop.GetAsync($"profiles/{c.Id}")).Json["addresses"]!.AsArray()
                    .Select(a => $"{a!["label"]} {a["default"]}");
                Assert.Equal(
                    how switch { "add" => ["There false", "New true"], "replace" => ["New true"], _ => [] }, labels);
                Assert.Equal(2, (await AuditTests.LinesAsync(shop, c.Id)).Count(l => l.StartsWith("changed", StringComparison.Ordinal)));
            });
    }

    private static object Body(string label, bool? isDefault = null) => isDefault is { } said
        ? new { label, lines = new[] { "1 High St" }, @default = said }
        : new { label, lines = new[] { "1 High St" } };

    private async Task<(ApiClient Shop, string Id)> NewAsync()
    {
        var (shop, id) = (await app.NewApplicationAsync(), app.NewName("a"));
        (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = "Zoë" })).Expect(201);
        return (shop, id);
    }

    private static async Task<string[]> DefaultsAsync(ApiClient shop, string id) =>
        [.. (await shop.GetAsync($"profiles/{id}/addresses")).Expect(200).Json["items"]!.AsArray()
            .Where(a => a!["default"]!.GetValue<bool>()).Select(a => a!["addressId"]!.GetValue<string>())];
}
