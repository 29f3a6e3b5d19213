using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Orders;

public sealed class ProfileSessionsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_customers_sessions_are_listed_newest_first_with_what_they_came_to()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        await PutAsync(till, "first", Till.Order("closed", ("profileId", zoe), ("orderNumber", "A-1")));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await PutAsync(till, "second", Till.Order("open", ("profileId", zoe), ("store", "store-1")));
        var items = (await ListAsync(till, zoe)).Json["items"]!.AsArray();
        Assert.Equal(["second", "first"], items.Select(i => (string)i!["sessionId"]!));
        Assert.Equal(["open", "closed"], items.Select(i => (string)i!["state"]!));
        var first = items[1]!;
        Assert.Equal(
            (till.Shop.Application, "online", "A-1", 2, 1500, 1000, "EUR"),
            ((string)first["application"]!, (string)first["channel"]!, (string)first["orderNumber"]!,
                (int)first["items"]!, (int)first["total"]!, (int)first["discounts"]!, (string)first["currency"]!));
        Assert.NotNull(first["closedAt"]);
        Assert.Equal("store-1", (string)items[0]!["store"]!);
        Assert.Null(items[0]!["closedAt"]);
    }

    [Fact]
    public async Task Pages_hold_every_session_once()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        for (var i = 0; i < 7; i++) await PutAsync(till, $"p{i}", Till.Order("closed", ("profileId", zoe)));
        var (seen, next) = (new List<string>(), "");
        do
        {
            var page = (await till.Shop.GetAsync($"profiles/{zoe}/sessions?limit=3{next}")).Expect(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(i => (string)i!["sessionId"]!));
            next = page["next"] is { } cursor ? $"&cursor={cursor}" : null;
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"p{i}"), seen.Order());
    }

    [Fact]
    public async Task An_open_session_that_gets_another_customer_moves_to_the_other_ones_list()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        await PutAsync(till, "moving", Till.Order("open", ("profileId", zoe)));
        await PutAsync(till, "moving", Till.Order("open", ("profileId", adam)));
        Assert.Empty((await ListAsync(till, zoe)).Json["items"]!.AsArray());
        await PutAsync(till, "moving", Till.Order("open", ("profileId", zoe), ("orderNumber", "back")));
        await PutAsync(till, "moving", Till.Order("closed", ("profileId", zoe)));
        Assert.Single((await ListAsync(till, zoe)).Json["items"]!.AsArray());
        Assert.Empty((await ListAsync(till, adam)).Json["items"]!.AsArray());
        Assert.Single((await till.Shop.GetAsync($"profiles/{zoe}/transactions")).Expect(200).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task A_page_of_closed_sessions_is_three_storage_calls()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        for (var i = 0; i < 20; i++) await PutAsync(till, $"c{i}", Till.Order("closed", ("profileId", zoe)));
        app.Probe.Count();
        await ListAsync(till, zoe);
        Assert.Equal(3, app.Probe.Calls.Count);
    }

    [Fact]
    public async Task Closing_at_once_is_so_many_storage_calls()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        await PutAsync(till, "calls-1", Till.Order("closed", ("profileId", zoe)));
        app.Probe.Count();
        await PutAsync(till, "calls-2", Till.Order("closed", ("profileId", zoe)));
        Assert.Equal(18, app.Probe.Calls.Count);
    }

    [Fact]
    public async Task Staff_sees_the_latest_notes_of_the_customer()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        foreach (var text in (string[])["Likes the window", "Came with a dog"])
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            (await till.Shop.PostAsync($"profiles/{zoe}/notes", new { text })).Expect(201);
        }

        var session = app.NewName("s");
        var staff = await PutAsync(till, session, Till.Order("open", ("profileId", zoe)));
        Assert.Equal(
            ["Came with a dog", "Likes the window"],
            staff.Json["customer"]!["notes"]!.AsArray().Select(n => (string)n!));
        var site = await app.NewKeyAsync(till.Shop.Application, "integration");
        Assert.Empty((await site.GetAsync($"sessions/{session}")).Expect(200).Json["customer"]!["notes"]!.AsArray());
    }

    [Fact]
    public async Task Nobodys_sessions_and_wrong_questions_are_refused()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        (await till.Shop.GetAsync("profiles/nobody/sessions")).ExpectProblem(404, "not-found");
        (await till.Shop.GetAsync($"profiles/{zoe}/sessions?limit=0")).ExpectProblem(400, "invalid");
        (await till.Shop.GetAsync($"profiles/{zoe}/sessions?page=2")).ExpectProblem(400, "invalid");
        var sandbox = await app.NewApplicationAsync("sandbox");
        (await sandbox.GetAsync($"profiles/{zoe}/sessions")).ExpectProblem(404, "not-found");
        Assert.Equal("""{"items":[],"next":null}""", (await ListAsync(till, zoe)).Body);
    }

    [Fact]
    public async Task A_registered_customer_who_checks_out_as_guest_leaves_no_trace_in_the_registered_profile()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var before = (await till.Shop.GetAsync($"profiles/{zoe}")).Expect(200).Body;
        var card = app.NewName("fp");
        var contact = new JsonObject { ["email"] = $"{zoe}@example.com", ["name"] = "Zoë", ["verified"] = true };
        var order = Till.Order(
            "closed", ("contact", contact), ("checkoutAs", "guest"), ("payments", Till.Card(card)));
        var answer = await PutAsync(till, app.NewName("guest"), order);
        var guest = answer.Text("profileId");
        Assert.NotEqual(zoe, guest);
        Assert.Equal(guest, (string)answer.Json["customer"]!["profileId"]!);
        Assert.Empty(answer.Json["customer"]!["tags"]!.AsArray());
        Assert.Null(answer.Json["customer"]!["dietaryNotes"]);
        Assert.Equal("guest", (await till.Shop.GetAsync($"profiles/{guest}")).Text("kind"));

        Assert.Equal(before, (await till.Shop.GetAsync($"profiles/{zoe}")).Expect(200).Body);
        Assert.Equal("0/0/0", await till.FiguresAsync(zoe));
        Assert.Equal(0, await till.ActiveAsync(zoe));
        Assert.Equal(0, await till.EntriesAsync(zoe, "added"));
        Assert.Empty((await ListAsync(till, zoe)).Json["items"]!.AsArray());
        var links = (await till.Shop.GetAsync($"fingerprints/{card}/links")).Json["items"]!.AsArray();
        Assert.Equal([guest], links.Select(l => (string)l!["profileId"]!));
        // A payment with that card is the guest's, too.
        await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        Assert.Equal("1/4000/0", await till.FiguresAsync(guest));
        Assert.Equal("0/0/0", await till.FiguresAsync(zoe));
    }

    [Fact]
    public async Task A_guest_checkout_without_contact_beside_a_registered_one_is_a_guest_of_its_own()
    {
        var till = await Till.OpenAsync(app);
        var answer = await PutAsync(till, app.NewName("s"), Till.Order("closed", ("checkoutAs", "guest")));
        Assert.StartsWith("guest-", answer.Text("profileId"), StringComparison.Ordinal);
        Assert.Null(answer.Json["customer"]);
    }

    private static async Task<ApiAnswer> PutAsync(Till till, string session, JsonObject body) =>
        (await till.Shop.PutAsync($"sessions/{session}", body)).Expect(200);

    private static async Task<ApiAnswer> ListAsync(Till till, string id) =>
        (await till.Shop.GetAsync($"profiles/{id}/sessions")).Expect(200);
}
