using System.Text.Json.Nodes;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Orders;

public sealed class PutSessionTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Closing_awards_points_counts_the_order_and_publishes_once_however_often_it_is_asked_for()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var session = app.NewName("s");
        var order = Till.Order("closed", ("profileId", zoe), ("orderNumber", "A-1"));
        var first = (await till.Shop.PutAsync($"sessions/{session}", order)).Expect(200);
        var again = (await till.Shop.PutAsync($"sessions/{session}", order)).Expect(200);

        Assert.Equal(first.Body, again.Body);
        Assert.Equal(1500, first.Number("total"));
        var effect = Assert.Single(first.Json["effects"]!.AsArray())!;
        Assert.Equal(("points-awarded", 15m, 1), (
            effect["type"]!.GetValue<string>(), effect["points"]!.GetValue<decimal>(),
            effect["entry"]!.GetValue<int>()));
        Assert.Equal(15, await till.ActiveAsync(zoe));
        Assert.Equal("1/1500/0", await till.FiguresAsync(zoe));
        Assert.Equal(["session.closed"], await EventsAsync(till, session));
        Assert.Equal("closed", (await till.Shop.GetAsync($"sessions/{session}")).Expect(200).Text("state"));
    }

    [Fact]
    public async Task A_closed_session_refuses_another_content_and_names_what_is_allowed()
    {
        var till = await Till.OpenAsync(app);
        var session = app.NewName("s");
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("open"))).Expect(200);
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed"))).Expect(200);
        var refused = await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed", ("orderNumber", "other")));
        refused.ExpectProblem(409, "illegal-move");
        Assert.Equal(["open", "cancelled"], refused.Json["allowed"]!.AsArray().Select(a => (string)a!));
        (await till.Shop.PutAsync($"sessions/{session}", new { state = "cancelled" })).Expect(200);
        refused = await till.Shop.PutAsync($"sessions/{session}", new { state = "open" });
        Assert.Empty(refused.ExpectProblem(409, "illegal-move").Json["allowed"]!.AsArray());
    }

    [Fact]
    public async Task An_open_session_tells_what_the_balance_would_be()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var session = app.NewName("s");
        (await till.Shop.PutAsync($"sessions/{app.NewName("s")}", Till.Order("closed", ("profileId", zoe)))).Expect(200);
        var open = (await till.Shop.PutAsync($"sessions/{session}", Till.Order("open", ("profileId", zoe)))).Expect(200);
        var tentative = Assert.Single(open.Json["tentative"]!.AsArray())!;
        Assert.Equal(
            (15m, 30m), (tentative["points"]!.GetValue<decimal>(), tentative["active"]!.GetValue<decimal>()));
        Assert.Equal(15, await till.ActiveAsync(zoe));
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed", ("profileId", zoe)))).Expect(200);
        Assert.Empty((await till.Shop.GetAsync($"sessions/{session}")).Json["tentative"]!.AsArray());
        Assert.Equal(30, await till.ActiveAsync(zoe));
    }

    [Fact]
    public async Task An_open_session_can_be_cancelled_by_its_state_alone_and_stays_so()
    {
        var till = await Till.OpenAsync(app);
        var session = app.NewName("s");
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("open"))).Expect(200);
        (await till.Shop.PutAsync($"sessions/{session}", new { state = "cancelled" })).Expect(200);
        Assert.Equal(
            "cancelled", (await till.Shop.PutAsync($"sessions/{session}", new { state = "cancelled" })).Text("state"));
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed"))).ExpectProblem(409, "illegal-move");
    }

    [Fact]
    public async Task A_dry_run_shows_the_effects_and_writes_nothing()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var session = app.NewName("s");
        app.Probe.Count();
        var dry = await till.Shop.PutAsync($"sessions/{session}?dry=true", Till.Order("closed", ("profileId", zoe)));
        Assert.DoesNotContain(app.Probe.Calls, c => !c.StartsWith("GET", StringComparison.Ordinal));
        Assert.Equal(15, dry.Expect(200).Json["effects"]![0]!["points"]!.GetValue<decimal>());
        (await till.Shop.GetAsync($"sessions/{session}")).ExpectProblem(404, "not-found");
        (await till.Shop.PutAsync($"sessions/{session}?dry=yes", Till.Order("open"))).ExpectProblem(400, "invalid");
    }

    [Fact]
    public async Task A_contact_alone_earns_but_shows_no_customer_and_teaches_no_card()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var card = app.NewName("fp");
        var contact = new JsonObject { ["email"] = $" {zoe.ToUpperInvariant()}@EXAMPLE.com" };
        var answer = (await till.Shop.PutAsync(
            $"sessions/{app.NewName("s")}",
            Till.Order("closed", ("contact", contact), ("payments", Till.Card(card))))).Expect(200);
        Assert.Equal(zoe, answer.Text("profileId"));
        Assert.Null(answer.Json["customer"]);
        Assert.Equal(15, await till.ActiveAsync(zoe));
        Assert.Empty((await till.Shop.GetAsync($"fingerprints/{card}/links")).Expect(200).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task A_vouched_contact_shows_the_customer_and_dietary_notes_to_staff_only()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var card = app.NewName("fp");
        var contact = new JsonObject { ["email"] = $"{zoe}@example.com", ["verified"] = true };
        var order = Till.Order("closed", ("contact", contact), ("payments", Till.Card(card)));
        var session = app.NewName("s");
        var staff = (await till.Shop.PutAsync($"sessions/{session}", order)).Expect(200);
        Assert.Equal("No nuts", staff.Json["customer"]!["dietaryNotes"]!.GetValue<string>());
        Assert.Equal("vip", staff.Json["customer"]!["tags"]![0]!.GetValue<string>());
        var site = await app.NewKeyAsync(till.Shop.Application, "integration");
        Assert.Null((await site.GetAsync($"sessions/{session}")).Expect(200).Json["customer"]!["dietaryNotes"]);
        var link = Assert.Single((await till.Shop.GetAsync($"fingerprints/{card}/links")).Json["items"]!.AsArray())!;
        Assert.Equal(zoe, link["profileId"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_guest_is_found_again_by_contact_and_is_never_the_registered_customer()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        JsonObject Contact() => new() { ["email"] = $"{zoe}@example.com" };
        var first = await till.Shop.PutAsync(
            $"sessions/{app.NewName("s")}", Till.Order("closed", ("contact", Contact()), ("checkoutAs", "guest")));
        var second = await till.Shop.PutAsync(
            $"sessions/{app.NewName("s")}", Till.Order("closed", ("contact", Contact()), ("channel", "aggregator")));
        var guest = first.Expect(200).Text("profileId");
        Assert.NotEqual(zoe, guest);
        Assert.Equal(guest, second.Expect(200).Text("profileId"));
        Assert.Equal(0, await till.ActiveAsync(zoe));
        Assert.Equal(30, await till.ActiveAsync(guest));
        Assert.Equal("0/0/0", await till.FiguresAsync(zoe));
    }

    [Fact]
    public async Task An_aggregator_without_contact_stays_anonymous_and_others_make_a_guest_when_they_close()
    {
        var till = await Till.OpenAsync(app);
        var anonymous = await till.Shop.PutAsync(
            $"sessions/{app.NewName("s")}", Till.Order("closed", ("channel", "aggregator")));
        Assert.Null(anonymous.Expect(200).Json["profileId"]);
        Assert.Empty(anonymous.Json["effects"]!.AsArray());
        var session = app.NewName("s");
        Assert.Null((await till.Shop.PutAsync($"sessions/{session}", Till.Order("open"))).Json["profileId"]);
        var closed = (await till.Shop.PutAsync($"sessions/{session}", Till.Order("closed"))).Expect(200);
        Assert.StartsWith("guest-", closed.Text("profileId"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_customer_is_a_wrong_field_and_makes_nobody()
    {
        var till = await Till.OpenAsync(app);
        var answer = await till.Shop.PutAsync(
            $"sessions/{app.NewName("s")}", Till.Order("closed", ("profileId", "nobody")));
        Assert.Equal(["/profileId"], answer.ExpectProblem(400, "invalid").WrongFields);
        (await till.Shop.GetAsync("profiles/nobody")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Session_ids_belong_to_an_application()
    {
        var (one, other) = (await Till.OpenAsync(app), await Till.OpenAsync(app));
        var session = app.NewName("s");
        (await one.Shop.PutAsync($"sessions/{session}", Till.Order("closed"))).Expect(200);
        (await other.Shop.GetAsync($"sessions/{session}")).ExpectProblem(404, "not-found");
        Assert.Equal("open", (await other.Shop.PutAsync($"sessions/{session}", Till.Order("open"))).Text("state"));
    }

    [Fact]
    public async Task A_session_keeps_no_contact()
    {
        var till = await Till.OpenAsync(app);
        var session = app.NewName("s");
        var contact = new JsonObject { ["email"] = "secret@example.com", ["name"] = "Secret" };
        (await till.Shop.PutAsync($"sessions/{session}", Till.Order("open", ("contact", contact)))).Expect(200);
        var kept = await till.Shop.GetAsync($"sessions/{session}");
        Assert.DoesNotContain("ecret", kept.Expect(200).Body, StringComparison.Ordinal);
    }

    private static Task<string[]> EventsAsync(Till till, string session) => till.EventsAsync(
        SessionTable.TableName, SessionKey.Of(AppEnvironment.Live, till.Shop.Application, session).ToString());
}
