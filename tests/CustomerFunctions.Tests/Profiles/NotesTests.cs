using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Profiles;

public sealed class NotesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Notes_are_written_edited_removed_and_read_newest_first()
    {
        var (shop, id) = await NewAsync();
        var first = (await shop.PostAsync($"profiles/{id}/notes", new { text = "Likes the window" })).Expect(201);
        Assert.Equal(
            ($"application:{shop.Application}", "\"1\"", null),
            (first.Text("author"), first.Headers["ETag"], first.Json["editedAt"]));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await shop.PostAsync($"profiles/{id}/notes", new { text = "Pays late\nOften", author = "Sam" });
        Assert.Equal("Sam", second.Expect(201).Text("author"));
        Assert.Equal(["Pays late\nOften", "Likes the window"], await TextsAsync(shop, id));
        var path = $"profiles/{id}/notes/{first.Text("noteId")}";
        var edited = (await shop.PutAsync(path, new { text = "Likes the bar" }, ("If-Match", "\"1\""))).Expect(200);
        Assert.Equal(("\"2\"", first.Text("author")), (edited.Headers["ETag"], edited.Text("author")));
        Assert.NotNull(edited.Json["editedAt"]);
        (await shop.PutAsync(path, new { text = "x" }, ("If-Match", "\"1\""))).ExpectProblem(412, "stale");
        (await shop.DeleteAsync(path)).Expect(204);
        (await shop.DeleteAsync(path)).ExpectProblem(404, "not-found");
        (await shop.PutAsync(path, new { text = "x" })).ExpectProblem(404, "not-found");
        Assert.Equal(["Pays late\nOften"], await TextsAsync(shop, id));
    }

    [Fact]
    public async Task Notes_are_for_staff_and_hold_no_card_numbers()
    {
        var (shop, id) = await NewAsync();
        var site = await app.NewKeyAsync(shop.Application, "integration");
        (await site.GetAsync($"profiles/{id}/notes")).ExpectProblem(403, "denied");
        (await site.PostAsync($"profiles/{id}/notes", new { text = "x" })).ExpectProblem(403, "denied");
        var staff = await app.NewKeyAsync(shop.Application, "staff");
        (await staff.PostAsync($"profiles/{id}/notes", new { text = "x" })).Expect(201);
        var wrong = await staff.PostAsync($"profiles/{id}/notes", new { text = "4111 1111 1111 1111", colour = 1 });
        Assert.Equal(["/colour", "/text"], wrong.ExpectProblem(400, "invalid").WrongFields);
        var tooLong = await staff.PostAsync($"profiles/{id}/notes", new { text = new string('x', 4001) });
        Assert.Equal(["/text"], tooLong.ExpectProblem(400, "invalid").WrongFields);
        (await staff.PostAsync("profiles/nobody/notes", new { text = "x" })).ExpectProblem(404, "not-found");
        (await staff.GetAsync("profiles/nobody/notes")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task The_same_key_writes_one_note_also_after_it_was_removed()
    {
        var (shop, id) = await NewAsync();
        var key = ("Idempotency-Key", app.NewName("key"));
        var first = (await shop.PostAsync($"profiles/{id}/notes", new { text = "Once" }, key)).Expect(201);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = (await shop.PostAsync($"profiles/{id}/notes", new { text = "Once" }, key)).Expect(201);
        Assert.Equal((first.Body, "true"), (again.Body, again.Headers["Idempotency-Hit"]));
        (await shop.PostAsync($"profiles/{id}/notes", new { text = "Twice" }, key))
            .ExpectProblem(422, "idempotency-key-reused");
        (await shop.DeleteAsync($"profiles/{id}/notes/{first.Text("noteId")}")).Expect(204);
        Assert.Equal(first.Body, (await shop.PostAsync($"profiles/{id}/notes", new { text = "Once" }, key)).Body);
        Assert.Empty(await TextsAsync(shop, id));
    }

    [Fact]
    public async Task Pages_show_every_note_once_under_all_keys_of_a_customer()
    {
        var notes = app.Services.GetRequiredService<ProfileNotes>();
        ProfileKey[] keys = [ProfileKey.New(app.Clock.GetUtcNow()), ProfileKey.New(app.Clock.GetUtcNow())];
        var wanted = new List<string>();
        for (var i = 0; i < 11; i++)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            wanted.Insert(0, $"Note {i}");
            var added = await notes.AddAsync(
                Customers.Live, keys[i % 3 % 2], new NoteRequest($"Note {i}", null), "test", Customers.NewChange(),
                Customers.Stop);
            Assert.True(added.IsOk);
        }

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await notes.ListAsync(Customers.Live, keys, after, 3, Customers.Stop);
            seen.AddRange(page.Items.Select(n => n.Text));
            after = page.Next is null ? null : page.Items[^1].NoteId;
        }
        while (after is not null);
        Assert.Equal(wanted, seen);
        var audit = app.Services.GetRequiredService<ProfileAudit>();
        var lines = await audit.ListAsync(Customers.Live, keys, null, 200, Customers.Stop);
        Assert.Equal(wanted, lines.Items.Select(l => l.Changes[0].To!.GetValue<string>()));
    }

    [Fact]
    public async Task Nothing_of_a_note_is_left_after_an_erasure_and_nobody_can_write_another()
    {
        var (shop, id) = await NewAsync();
        var stored = await new Customers(app).Directory.FindAsync(Customers.Live, id, Customers.Stop);
        var note = (await shop.PostAsync($"profiles/{id}/notes", new { text = "Secret one" })).Expect(201);
        (await shop.PutAsync($"profiles/{id}/notes/{note.Text("noteId")}", new { text = "Secret two" })).Expect(200);
        (await shop.DeleteAsync($"profiles/{id}")).Expect(204);
        var rows = (await new Customers(app).RowsAsync(ProfileNotesTable.TableName))
            .Where(r => r.PartitionKey.EndsWith($"{stored!.Key}", StringComparison.Ordinal)).ToList();
        Assert.Equal("head", Assert.Single(rows).RowKey);
        var late = await app.Services.GetRequiredService<ProfileNotes>().AddAsync(
            Customers.Live, stored!.Key, new NoteRequest("Late", null), "test", Customers.NewChange(), Customers.Stop);
        Assert.Equal("not-found", late.Error?.Code);
    }

    [Theory]
    [InlineData("add")]
    [InlineData("edit")]
    [InlineData("remove")]
    public async Task Changing_a_note_survives_a_fault_at_every_storage_call(string how)
    {
        var shop = await app.NewApplicationAsync();
        await FaultEnumeration.RunAsync(
            $"note: {how}", app.Probe, () => NewCaseAsync(shop), c => ActAsync(shop, c, how),
            async c =>
            {
                Assert.Equal(
                    how switch { "add" => ["New", "There"], "edit" => ["New"], _ => [] }, await TextsAsync(shop, c.Id));
                Assert.Equal(2, (await AuditTests.LinesAsync(shop, c.Id)).Count(l => l.StartsWith("note", StringComparison.Ordinal)));
            });
    }

    [Theory]
    [InlineData("add")]
    [InlineData("edit")]
    public async Task Nothing_is_written_behind_the_back_of_an_erasure_wherever_the_writer_is_held_back(string how)
    {
        var shop = await app.NewApplicationAsync();
        await FaultEnumeration.PauseAsync(
            $"note: {how} while erased", app.Probe, () => NewCaseAsync(shop),
            async c =>
            {
                await ActAsync(shop, c, how);
                return true;
            },
            async c => (await shop.DeleteAsync($"profiles/{c.Id}")).Status is 204 or 404,
            async c => Assert.DoesNotContain(
                await new Customers(app).RowsAsync(ProfileNotesTable.TableName),
                r => r.PartitionKey.EndsWith($"{c.Key}", StringComparison.Ordinal) && r.RowKey != "head"));
    }

    private sealed record Case(string Id, string NoteId, ProfileKey Key);

    private async Task<Case> NewCaseAsync(ApiClient shop)
    {
        var id = app.NewName("n");
        (await shop.PutAsync($"profiles/{id}", new { kind = "guest" })).Expect(201);
        var stored = await new Customers(app).Directory.FindAsync(Customers.Live, id, Customers.Stop);
        var there = (await shop.PostAsync($"profiles/{id}/notes", new { text = "There" })).Expect(201);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        return new Case(id, there.Text("noteId"), stored!.Key);
    }

    private static async Task<bool> ActAsync(ApiClient shop, Case c, string how)
    {
        var (path, key) = ($"profiles/{c.Id}/notes", ("Idempotency-Key", c.Id));
        return (how switch
        {
            "add" => await shop.PostAsync(path, new { text = "New" }, key),
            "edit" => await shop.PutAsync($"{path}/{c.NoteId}", new { text = "New" }, key),
            _ => await shop.SendAsync(HttpMethod.Delete, $"{path}/{c.NoteId}", null, key),
        }).IsSuccess;
    }

    private async Task<(ApiClient Shop, string Id)> NewAsync()
    {
        var (shop, id) = (await app.NewApplicationAsync(), app.NewName("n"));
        (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = "Zoë" })).Expect(201);
        return (shop, id);
    }

    private static async Task<string[]> TextsAsync(ApiClient shop, string id) =>
        [.. (await shop.GetAsync($"profiles/{id}/notes")).Expect(200).Json["items"]!.AsArray()
            .Select(n => n!["text"]!.GetValue<string>())];
}
