using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Profiles;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>Notes, addresses, tags and the audit trail of customers who become one.</summary>
public sealed class MergedNotesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Who_stays_has_the_notes_addresses_tags_and_trail_of_both_until_all_is_erased()
    {
        var shop = await app.NewApplicationAsync();
        string[] ids = [app.NewName("goes"), app.NewName("stays")];
        var customers = new Customers(app);
        var keys = new List<string>();
        foreach (var id in ids)
        {
            (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = $"Name of {id}" })).Expect(201);
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            (await shop.PostAsync($"profiles/{id}/notes", new { text = $"Note of {id}" })).Expect(201);
            (await shop.PostAsync($"profiles/{id}/addresses", new { lines = new[] { $"Street of {id}" } })).Expect(201);
            (await shop.PutAsync($"profiles/{id}/tags/tag-of-{id}", new { })).Expect(200);
            keys.Add((await customers.Directory.FindAsync(Customers.Live, id, Customers.Stop))!.Key.ToString());
        }

        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await shop.PostAsync($"profiles/{ids[0]}/merge", new { into = ids[1] })).Expect(200);
        (await shop.PostAsync($"profiles/{ids[0]}/notes", new { text = "Note to both" })).Expect(201);
        var notes = (await shop.GetAsync($"profiles/{ids[1]}/notes")).Expect(200);
        Assert.Equal(
            ["Note to both", $"Note of {ids[1]}", $"Note of {ids[0]}"],
            notes.Json["items"]!.AsArray().Select(n => n!["text"]!.GetValue<string>()));
        foreach (var section in new[] { "notes", "audit", "addresses" })
            Assert.EndsWith(
                $"/profiles/{ids[1]}/{section}",
                (await shop.GetAsync($"profiles/{ids[0]}/{section}")).ExpectProblem(308, "moved").Headers["Location"],
                StringComparison.Ordinal);
        var first = notes.Json["items"]![2]!["noteId"]!.GetValue<string>();
        (await shop.PutAsync($"profiles/{ids[1]}/notes/{first}", new { text = "Edited" })).Expect(200);

        var stays = (await shop.GetAsync($"profiles/{ids[1]}")).Expect(200);
        Assert.Equal(
            [$"Street of {ids[1]} true", $"Street of {ids[0]} false"],
            stays.Json["addresses"]!.AsArray().Select(a => $"{a!["lines"]![0]} {a["default"]!.ToJsonString()}"));
        foreach (var id in ids)
            Assert.Equal(ids[1], Assert.Single(
                (await shop.GetAsync($"profiles?tag=tag-of-{id}")).Expect(200).Json["items"]!.AsArray())!["integrationId"]!
                .GetValue<string>());
        var trail = await AuditTests.LinesAsync(shop, ids[1]);
        Assert.Equal(2, trail.Count(l => l == "created"));
        Assert.Contains(trail, l => l.StartsWith($"merged; mergedFrom: - -> {ids[0]}; ", StringComparison.Ordinal));

        var data = (await shop.GetAsync($"profiles/{ids[1]}/data")).Expect(200).Json;
        Assert.Equal(3, data["notes"]!.AsArray().Count);
        Assert.Equal(trail.Count, data["audit"]!.AsArray().Count);

        (await shop.DeleteAsync($"profiles/{ids[1]}")).Expect(204);
        Assert.DoesNotContain(await customers.RowsAsync("ProfileNotes"), r => r.RowKey != "head");
        Assert.DoesNotContain(
            await customers.RowsAsync("Profiles"), r => keys.Any(k => r.RowKey.StartsWith($"h|{k}", StringComparison.Ordinal)));
    }
}
