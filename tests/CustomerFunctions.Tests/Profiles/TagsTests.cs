using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Profiles;

public sealed class TagsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_tag_is_given_and_taken_and_doing_it_again_changes_nothing()
    {
        var shop = await app.NewApplicationAsync();
        var (id, tag) = (await NewAsync(shop), app.NewName("vip ü"));
        var path = $"profiles/{id}/tags/{Uri.EscapeDataString(tag)}";
        var given = (await shop.PutAsync(path, new { })).Expect(200);
        Assert.Equal(("\"2\"", tag), (given.Headers["ETag"], given.Json["tags"]![0]!.GetValue<string>()));
        Assert.Equal("\"2\"", (await shop.PutAsync(path, new { })).Expect(200).Headers["ETag"]);
        Assert.Equal([id], await ListAsync(shop, tag));
        Assert.Equal("\"3\"", (await shop.DeleteAsync(path)).Expect(200).Headers["ETag"]);
        Assert.Equal("\"3\"", (await shop.DeleteAsync(path)).Expect(200).Headers["ETag"]);
        Assert.Empty(await ListAsync(shop, tag));
        (await shop.PutAsync("profiles/nobody/tags/vip", new { })).ExpectProblem(404, "not-found");
        (await shop.PutAsync($"profiles/{id}/tags/4111111111111111", new { })).ExpectProblem(400, "invalid");
        (await shop.PutAsync($"profiles/{id}/tags/{new string('x', 65)}", new { })).ExpectProblem(400, "invalid");
        (await shop.SendAsync(HttpMethod.Put, path, null, ("If-Match", "\"1\""))).ExpectProblem(412, "stale");
    }

    [Fact]
    public async Task A_hundred_tags_are_found_each_and_one_more_is_refused()
    {
        var shop = await app.NewApplicationAsync();
        var id = await NewAsync(shop);
        var tags = Enumerable.Range(0, 100).Select(i => $"many-{id}-{i}").ToList();
        (await shop.PatchAsync($"profiles/{id}", new { tags })).Expect(200);
        foreach (var tag in tags.Where((_, i) => i % 20 == 0)) Assert.Equal([id], await ListAsync(shop, tag));
        (await shop.PutAsync($"profiles/{id}/tags/more", new { })).ExpectProblem(409, "too-many-tags");
        var customers = new Customers(app);
        await customers.AssertSoundAsync();
        (await shop.DeleteAsync($"profiles/{id}")).Expect(204);
        await customers.TidyLaterAsync();
        await customers.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_bulk_order_says_what_became_of_each_customer_and_a_repeat_says_the_same()
    {
        var shop = await app.NewApplicationAsync();
        var (ids, tag) = (await NewAsync(shop, 4), app.NewName("bulk"));
        foreach (var id in ids.Skip(2)) (await shop.PutAsync($"profiles/{id}/tags/{tag}", new { })).Expect(200);
        var order = new { add = new[] { ids[0], "nobody", ids[2] }, remove = new[] { ids[1], ids[3] } };
        var key = ("Idempotency-Key", app.NewName("key"));
        var done = (await shop.PostAsync($"tags/{tag}/profiles", order, key)).Expect(200);
        Assert.Equal(
            [
                $"{ids[0]} added", "nobody not-found", $"{ids[2]} unchanged", $"{ids[1]} unchanged",
                $"{ids[3]} removed",
            ],
            done.Json["items"]!.AsArray().Select(i => $"{i!["profileId"]} {i["outcome"]}"));
        Assert.Equal([ids[0], ids[2]], await ListAsync(shop, tag));
        (await shop.DeleteAsync($"profiles/{ids[2]}/tags/{tag}")).Expect(200);
        var again = (await shop.PostAsync($"tags/{tag}/profiles", order, key)).Expect(200);
        Assert.Equal((done.Body, "true"), (again.Body, again.Headers["Idempotency-Hit"]));
        Assert.Equal([ids[0]], await ListAsync(shop, tag));
        (await shop.PostAsync($"tags/{tag}/profiles", new { add = ids }, key))
            .ExpectProblem(422, "idempotency-key-reused");
        Assert.Equal(2, (await AuditTests.LinesAsync(shop, ids[0])).Count);
    }

    [Fact]
    public async Task A_bulk_order_names_one_to_a_thousand_customers_once()
    {
        var shop = await app.NewApplicationAsync();
        string[] many = [.. Enumerable.Range(0, 1001).Select(i => $"{i}")];
        foreach (var order in new object[]
        {
            new { }, new { add = many }, new { add = many[..600], remove = many[600..] }, new { add = many[..1001], x = 1 },
            new { add = new[] { "a" }, remove = new[] { "a" } }, new { add = new[] { "a/b" } },
        })
            (await shop.PostAsync("tags/vip/profiles", order)).ExpectProblem(400, "invalid");
        var full = (await shop.PostAsync("tags/vip/profiles", new { add = many[..1000] })).Expect(200);
        Assert.Equal(1000, full.Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Kept_orders_are_forgotten_after_a_week()
    {
        var shop = await app.NewApplicationAsync();
        var id = await NewAsync(shop);
        (await shop.PostAsync("tags/week/profiles", new { add = new[] { id } }, ("Idempotency-Key", app.NewName("k"))))
            .Expect(200);
        var customers = new Customers(app);
        Assert.NotEmpty(await customers.RowsAsync(TagOrdersTable.TableName));
        app.Clock.Advance(TimeSpan.FromDays(8));
        await app.Services.GetRequiredService<TagOrdersTable>().SweepAsync(Customers.Stop);
        Assert.Empty(await customers.RowsAsync(TagOrdersTable.TableName));
    }

    [Theory]
    [InlineData("put")]
    [InlineData("delete")]
    [InlineData("bulk")]
    public async Task Tagging_survives_a_fault_at_every_storage_call(string how)
    {
        var shop = await app.NewApplicationAsync();
        await FaultEnumeration.RunAsync(
            $"tag: {how}", app.Probe,
            async () =>
            {
                var tag = app.NewName("t");
                var ids = await NewAsync(shop, 2);
                if (how != "put") (await shop.PutAsync($"profiles/{ids[1]}/tags/{tag}", new { })).Expect(200);
                return (Tag: tag, Ids: ids);
            },
            async c => (how switch
            {
                "put" => await shop.PutAsync($"profiles/{c.Ids[0]}/tags/{c.Tag}", new { }, ("Idempotency-Key", c.Tag)),
                "delete" => await shop.DeleteAsync($"profiles/{c.Ids[1]}/tags/{c.Tag}"),
                _ => await shop.PostAsync(
                    $"tags/{c.Tag}/profiles", new { add = new[] { c.Ids[0] }, remove = new[] { c.Ids[1] } },
                    ("Idempotency-Key", c.Tag)),
            }).IsSuccess,
            async c =>
            {
                Assert.Equal(how == "delete" ? [] : [c.Ids[0]], await ListAsync(shop, c.Tag));
                await new Customers(app).AssertSoundAsync();
            },
            callsVary: true);
    }

    private async Task<string> NewAsync(ApiClient shop) => (await NewAsync(shop, 1))[0];

    private async Task<string[]> NewAsync(ApiClient shop, int count)
    {
        string[] ids = [.. Enumerable.Range(0, count).Select(_ => app.NewName("g"))];
        foreach (var id in ids)
        {
            app.Clock.Advance(TimeSpan.FromMilliseconds(1));
            (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = "Zoë" })).Expect(201);
        }

        return ids;
    }

    private static async Task<string[]> ListAsync(ApiClient shop, string tag) =>
        [.. (await shop.GetAsync($"profiles?tag={Uri.EscapeDataString(tag)}")).Expect(200).Json["items"]!.AsArray()
            .Select(i => i!["integrationId"]!.GetValue<string>())];
}
