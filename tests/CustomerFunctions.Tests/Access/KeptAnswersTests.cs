using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.App;
using CustomerFunctions.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Tests.Access;

/// <summary>Idempotency-Keys: whose they are, how long they are known, what is kept and what it costs. That every route
/// keeps to it is tried by <see cref="RepeatedPostsTests"/>.</summary>
public sealed class KeptAnswersTests(PostWorld world) : IClassFixture<PostWorld>
{
    private static readonly object Text = new { text = "Likes the window" };

    private ApiClient Shop => world.Shop;

    [Fact]
    public async Task A_refusal_is_decided_anew_and_leaves_the_key_free()
    {
        var (id, key) = ("late" + world.App.NewName(), NewKey());
        (await Shop.PostAsync($"profiles/{id}/notes", Text, key)).ExpectProblem(404, "not-found");
        (await Shop.PutAsync($"profiles/{id}", new { kind = "guest" })).Expect(201);
        (await Shop.PostAsync($"profiles/{id}/notes", new { text = "" }, key)).ExpectProblem(400, "invalid");
        var first = (await Shop.PostAsync($"profiles/{id}/notes", Text, key)).Expect(201);
        Assert.False(first.Headers.ContainsKey("Idempotency-Hit"));
        Assert.Equal(first.Body, (await Shop.PostAsync($"profiles/{id}/notes", Text, key)).Expect(201).Body);
        (await Shop.PostAsync($"profiles/{id}/notes", new { text = "" }, key)).ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task All_clients_of_an_application_share_its_keys_and_no_other_application_does()
    {
        var (notes, key) = (await NewNotesAsync(), NewKey());
        var first = (await Shop.PostAsync(notes, Text, key)).Expect(201);
        var client = await world.App.NewKeyAsync(Shop.Application, "integration", "staff", "management", "admin");
        var again = (await client.PostAsync(notes, Text, key)).Expect(201);
        Assert.Equal((first.Body, "true"), (again.Body, again.Headers["Idempotency-Hit"]));
        (await client.PostAsync(notes, new { text = "Other" }, key)).ExpectProblem(422, "idempotency-key-reused");
        var other = (await (await world.App.NewApplicationAsync()).PostAsync(notes, Text, key)).Expect(201);
        Assert.NotEqual(first.Text("noteId"), other.Text("noteId"));
        var made = await world.App.Admin.PostAsync("applications", new { name = world.App.NewName("a"), environment = "live" }, key);
        Assert.False(made.Expect(201).Headers.ContainsKey("Idempotency-Hit"));
        Assert.Equal(2, await world.CountAsync(notes));
    }

    [Fact]
    public async Task Who_may_less_than_the_first_is_not_given_the_answer()
    {
        var (notes, key) = (await NewNotesAsync(), NewKey());
        var staff = await world.App.NewKeyAsync(Shop.Application, "staff");
        (await staff.PostAsync(notes, Text, key)).Expect(201);
        var site = await world.App.NewKeyAsync(Shop.Application, "integration");
        (await site.PostAsync(notes, Text, key)).ExpectProblem(403, "denied");
        (await site.PostAsync(notes, new { text = "Other" }, key)).ExpectProblem(422, "idempotency-key-reused");
        Assert.Equal("true", (await Shop.PostAsync(notes, Text, key)).Expect(201).Headers["Idempotency-Hit"]);
        Assert.Equal(1, await world.CountAsync(notes));
    }

    [Fact]
    public async Task A_key_is_known_for_seven_days_and_then_names_another_change_but_in_the_ledger()
    {
        var (notes, wallet, key) = (await NewNotesAsync(), await world.NewWalletAsync(), NewKey());
        var grant = new { points = 5, reason = "Once" };
        var first = (await Shop.PostAsync(notes, Text, key)).Expect(201);
        (await Shop.PostAsync($"{wallet}/points", grant, key)).Expect(201);
        world.App.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Equal(first.Body, (await Shop.PostAsync(notes, Text, key)).Expect(201).Body);
        world.App.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = (await Shop.PostAsync(notes, Text, key)).Expect(201);
        Assert.False(second.Headers.ContainsKey("Idempotency-Hit"));
        Assert.NotEqual(first.Text("noteId"), second.Text("noteId"));
        Assert.Equal(2, await world.CountAsync(notes));
        Assert.Equal("true", (await Shop.PostAsync($"{wallet}/points", grant, key)).Expect(201).Headers["Idempotency-Hit"]);
        // The old mark finds the key in use again.
        await SweepAsync(TimeSpan.FromHours(2));
        Assert.Equal(second.Body, (await Shop.PostAsync(notes, Text, key)).Expect(201).Body);
        world.App.Clock.Advance(TimeSpan.FromDays(8));
        (await Shop.PostAsync(notes, new { text = "Other" }, key)).Expect(201);
        Assert.Equal(3, await world.CountAsync(notes));
    }

    [Fact]
    public async Task The_timer_removes_what_has_ended_and_reads_nothing_else()
    {
        await SweepAsync(TimeSpan.FromDays(9));
        // Rows of hashes that a death in another test has left.
        var left = (await world.RowsAsync(KeptAnswersTable.TableName)).Count;
        for (var i = 0; i < 5; i++) (await Shop.PostAsync(await NewNotesAsync(), Text, NewKey())).Expect(201);
        (await Shop.PostAsync("profiles/nobody/notes", Text, NewKey())).Expect(404);
        Assert.Equal(left + 11, (await world.RowsAsync(KeptAnswersTable.TableName)).Count);
        world.App.Probe.Count();
        await SweepAsync(TimeSpan.FromDays(7));
        Assert.Equal((DueIndex.Shards, left + 11), (world.App.Probe.Calls.Count, (await world.RowsAsync(KeptAnswersTable.TableName)).Count));
        await SweepAsync(TimeSpan.FromHours(1));
        Assert.Equal(left, (await world.RowsAsync(KeptAnswersTable.TableName)).Count);
        Assert.DoesNotContain(
            await world.RowsAsync(DueIndex.TableName), r => r.PartitionKey.StartsWith(KeptAnswersTable.DueKind, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_costs_four_storage_calls_and_one_for_each_customer_and_a_repeat_costs_one()
    {
        var (notes, wallet, key) = (await NewNotesAsync(), await world.NewWalletAsync(), NewKey());
        // So that the head of the notes is there, and the wallet's marks.
        await CallsAsync(() => Shop.PostAsync(notes, Text));
        var grant = new { points = 1, reason = "x" };
        await CallsAsync(() => Shop.PostAsync($"{wallet}/points", grant));
        var bare = await CallsAsync(() => Shop.PostAsync(notes, Text));
        Assert.Equal(bare + 4 + 1, await CallsAsync(() => Shop.PostAsync(notes, Text, key)));
        Assert.Equal(1, await CallsAsync(() => Shop.PostAsync(notes, Text, key)));
        Assert.Equal(1, await CallsAsync(() => Shop.PostAsync(notes, new { text = "Other" }, key)));
        var refused = await CallsAsync(() => Shop.PostAsync("profiles/nobody/notes", Text));
        Assert.Equal(refused + 3, await CallsAsync(() => Shop.PostAsync("profiles/nobody/notes", Text, NewKey())));
        // The ledger's own change is the kept answer: no call more.
        Assert.Equal(2, await CallsAsync(() => Shop.PostAsync($"{wallet}/points", grant, NewKey())));
        Assert.Equal(2, await CallsAsync(() => Shop.PostAsync($"{wallet}/deductions", grant, NewKey())));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_made_anew()
    {
        var (direct, key, runs) = (await DirectAsync(typeof(AddNote)), NewKey().Item2, 0);
        IResult Large(int bytes)
        {
            runs++;
            return Results.Bytes(new byte[bytes], "application/json");
        }

        for (var i = 1; i <= 2; i++)
        {
            var answer = (await direct.PostAsync(key, "{}", _ => Large(KeptAnswer.BodyBytesMax + 1))).Expect(200);
            Assert.Equal((i, KeptAnswer.BodyBytesMax + 1, i > 1), (runs, answer.Bytes.Length, answer.Headers.ContainsKey("Idempotency-Hit")));
        }

        (await direct.PostAsync(key, "{ }", _ => Large(1))).ExpectProblem(422, "idempotency-key-reused");
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                KeptAnswer.BodyBytesMax,
                (await direct.PostAsync(key + "2", "{}", _ => Large(KeptAnswer.BodyBytesMax))).Expect(200).Bytes.Length);
        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task Headers_and_an_empty_body_are_kept_and_what_a_function_sends_itself_is_let_through()
    {
        var (direct, key, runs) = (await DirectAsync(typeof(AddNote)), NewKey().Item2, 0);
        for (var i = 0; i < 2; i++)
        {
            var answer = await direct.PostAsync(key, "", http =>
            {
                runs++;
                return Results.Created("/here", null);
            });
            Assert.Equal(("/here", ""), (answer.Expect(201).Headers["Location"], answer.Body));
            var sent = await direct.PostAsync(key + "2", "", http =>
            {
                runs++;
                http.Response.StatusCode = 418;
                return null;
            });
            Assert.Equal(418, sent.Status);
        }

        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task A_secret_is_nowhere_in_what_is_kept()
    {
        var made = (await Shop.PostAsync(
            $"applications/{Shop.Application}/keys", new { scopes = new[] { "staff" } }, NewKey())).Expect(201);
        var card = (await Shop.PostAsync("programs/club/cards", new { count = 1 }, NewKey())).Expect(201);
        foreach (var secret in (string[])[made.Text("key"), made.Text("keyId"), card.Text("verificationCode"), card.Text("code")])
            Assert.Empty(await world.KeptAsync(secret));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_unread_by_the_function()
    {
        var body = new StringContent("{\"text\":\"" + new string('a', 1024 * 1024) + "\"}");
        (await Shop.PostAsync(await NewNotesAsync(), body, NewKey())).ExpectProblem(413, "body-too-large");
    }

    private static (string, string) NewKey() => ("Idempotency-Key", Guid.NewGuid().ToString());

    private async Task<string> NewNotesAsync() => $"{(await world.NewCustomerAsync()).Profile}/notes";

    private async Task<DirectInvocation> DirectAsync(Type function)
    {
        var made = await Shop.PostAsync($"applications/{Shop.Application}/keys", new { scopes = new[] { "staff" } });
        return new DirectInvocation(world.App.Services, made.Expect(201).Text("key"), function.FullName!);
    }

    private Task SweepAsync(TimeSpan later)
    {
        world.App.Clock.Advance(later);
        return world.App.Host.FireTimerAsync(nameof(SweepAnswers));
    }

    private async Task<int> CallsAsync(Func<Task<ApiAnswer>> act)
    {
        world.App.Probe.Count();
        await act();
        return world.App.Probe.Calls.Count;
    }
}
