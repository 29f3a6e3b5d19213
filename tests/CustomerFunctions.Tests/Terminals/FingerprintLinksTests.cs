using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>Links that admins give and cut; the points of a card's payments follow.</summary>
public sealed class FingerprintLinksTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_card_given_from_an_instant_on_takes_the_payments_from_then_on_and_no_others()
    {
        var till = await Till.OpenAsync(app, earn: new { pointsPerUnit = 1, rounding = "down", retroactive = false });
        var (zoe, card) = (await till.NewCustomerAsync(), app.NewName("fp"));
        var from = app.Clock.GetUtcNow().AddDays(-100);
        foreach (var days in (int[])[-101, -100, -50])
            await till.SendAsync(till.Message("completed", app.NewName("t"), card, app.Clock.GetUtcNow().AddDays(days)));
        var given = (await GiveAsync(till, card, zoe, new { from })).Expect(200);
        Assert.Equal((2, false), (given.Number("payments"), given.Json["pending"]!.GetValue<bool>()));
        Assert.Equal(50, await till.ActiveAsync(zoe));
        // One that comes to be known later.
        await till.SendAsync(till.Message("completed", app.NewName("t"), card, from.AddDays(1)));
        await till.SendAsync(till.Message("completed", app.NewName("t"), card, from.AddDays(-1)));
        Assert.Equal(75, await till.ActiveAsync(zoe));

        var again = (await GiveAsync(till, card, zoe, new { from })).Expect(200);
        Assert.Equal((given.Text("linkId"), 0), (again.Text("linkId"), again.Number("payments")));
        (await GiveAsync(till, card, zoe, null)).Expect(200);
        Assert.Equal(125, await till.ActiveAsync(zoe));
    }

    [Fact]
    public async Task What_an_admin_says_of_a_card_beats_what_was_learned_and_the_last_word_holds()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var (card, t) = (app.NewName("fp"), app.NewName("t"));
        (await till.LearnAsync(zoe, card)).Expect(200);
        await till.SendAsync(till.Message("completed", t, card));
        Assert.Equal(1, (await GiveAsync(till, card, adam, null)).Expect(200).Number("payments"));
        Assert.Equal((15, 25), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        Assert.Equal(1, (await GiveAsync(till, card, zoe, null)).Expect(200).Number("payments"));
        Assert.Equal((40, 0), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        Assert.Equal(["given", "given", "learned"], (await LinksAsync(till, card)).Select(l => (string)l!["kind"]!));
    }

    [Fact]
    public async Task A_cut_card_takes_its_payments_away_and_only_new_evidence_ties_it_again()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var (card, t, session) = (app.NewName("fp"), app.NewName("t"), app.NewName("s"));
        (await till.LearnAsync(zoe, card, session)).Expect(200);
        (await GiveAsync(till, card, zoe, null)).Expect(200);
        await till.SendAsync(till.Message("completed", t, card));
        var cut = (await CutAsync(till, card, zoe)).Expect(200);
        Assert.Equal((1, false), (cut.Number("payments"), cut.Json["pending"]!.GetValue<bool>()));
        Assert.Null(cut.Json["linkId"]);
        Assert.Equal((15m, "1/1500/0"), (await till.ActiveAsync(zoe), await till.FiguresAsync(zoe)));

        // The same evidence told again, and a message that comes again.
        (await till.LearnAsync(zoe, card, session)).Expect(200);
        await LearnAgainAsync(card, zoe, app.Clock.GetUtcNow());
        await till.SendAsync(till.Message("completed", t, card));
        await till.SendAsync(till.Refund(t, "r", 500));
        Assert.Equal(15, await till.ActiveAsync(zoe));
        Assert.Equal(0, (await CutAsync(till, card, zoe)).Expect(200).Number("payments"));
        var links = await LinksAsync(till, card);
        Assert.All(links, l => Assert.Equal($"application:{till.Shop.Application}", (string)l!["cutBy"]!));
        Assert.Equal(3, links.Count);

        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await till.LearnAsync(zoe, card)).Expect(200);
        Assert.Equal(15 + 15 + 20, await till.ActiveAsync(zoe));
        Assert.Null((await LinksAsync(till, card))[1]!["cutAt"]);
    }

    [Fact]
    public async Task Payments_of_a_cut_card_go_to_whoever_else_is_tied_to_it()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var card = app.NewName("fp");
        (await till.LearnAsync(adam, card)).Expect(200);
        app.Clock.Advance(TimeSpan.FromHours(1));
        (await till.LearnAsync(zoe, card)).Expect(200);
        await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        await till.SendAsync(till.Message("completed", app.NewName("t"), card, app.Clock.GetUtcNow().AddMinutes(-30)));
        Assert.Equal((40, 40), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        (await CutAsync(till, card, zoe)).Expect(200);
        Assert.Equal((15, 65), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
        // The first link was cut, so the next one reaches back again.
        (await CutAsync(till, card, adam)).Expect(200);
        app.Clock.Advance(TimeSpan.FromDays(1));
        (await till.LearnAsync(zoe, card)).Expect(200);
        Assert.Equal((30 + 50, 15), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
    }

    [Fact]
    public async Task Links_are_shown_with_their_kind_evidence_and_author_and_payments_are_counted()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var (card, by) = (app.NewName("fp"), $"application:{till.Shop.Application}");
        await till.SendAsync(till.Message("completed", app.NewName("t"), card, app.Clock.GetUtcNow().AddDays(-60)));
        (await till.LearnAsync(zoe, card)).Expect(200);
        await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        (await GiveAsync(till, card, adam, new { from = "2026-02-28T12:00:00+01:00" })).Expect(200);
        (await CutAsync(till, card, zoe)).Expect(200);
        var answer = (await till.Shop.GetAsync($"fingerprints/{card}/links")).Expect(200).Json;
        var (given, learned) = (answer["items"]![0]!, answer["items"]![1]!);
        var now = JsonSerializer.SerializeToElement(app.Clock.GetUtcNow(), Json.Options).GetString();
        Assert.Equal(
            ("given", adam, "2026-02-28T11:00:00Z", now, by, null),
            (Text(given, "kind"), Text(given, "profileId"), Text(given, "from"), Text(given, "givenAt"),
                Text(given, "by"), Text(given, "evidenceAt")));
        Assert.Equal(
            ("learned", zoe, now, now, by, null),
            (Text(learned, "kind"), Text(learned, "profileId"), Text(learned, "evidenceAt"), Text(learned, "cutAt"),
                Text(learned, "cutBy"), Text(learned, "by")));
        Assert.Equal("""{"total":2,"linked":1,"unlinked":1,"complete":true}""", answer["payments"]!.ToJsonString());
    }

    [Fact]
    public async Task A_payment_of_a_card_with_several_customers_is_flagged()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var (shared, own) = (app.NewName("fp"), app.NewName("fp"));
        foreach (var (customer, card) in new[] { (zoe, shared), (adam, shared), (zoe, own), (zoe, own) })
            (await till.LearnAsync(customer, card)).Expect(200);
        foreach (var card in (string[])[shared, shared, own])
            await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        Assert.Equal(["shared-card", "shared-card"], await FlagsAsync(till, shared));
        Assert.Empty(await FlagsAsync(till, own));
        (await CutAsync(till, shared, adam)).Expect(200);
        Assert.Empty(await FlagsAsync(till, shared));
        // Two who are one share nothing.
        (await GiveAsync(till, shared, adam, null)).Expect(200);
        Assert.NotEmpty(await FlagsAsync(till, shared));
        (await till.Shop.PostAsync($"profiles/{adam}/merge", new { into = zoe })).Expect(200);
        Assert.Empty(await FlagsAsync(till, shared));
    }

    [Fact]
    public async Task What_is_too_much_for_a_request_is_done_by_the_timer()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, card) = (await till.NewCustomerAsync(), app.NewName("fp"));
        const int More = 3;
        for (var i = 0; i < CardLinking.PaymentsPerRequest + More; i++)
            await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        var given = (await GiveAsync(till, card, zoe, null)).Expect(200);
        Assert.Equal(
            (CardLinking.PaymentsPerRequest, true), (given.Number("payments"), given.Json["pending"]!.GetValue<bool>()));
        Assert.Equal(25 * CardLinking.PaymentsPerRequest, await till.ActiveAsync(zoe));
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await till.SweepAsync();
        Assert.Equal(25 * (CardLinking.PaymentsPerRequest + More), await till.ActiveAsync(zoe));
        await AssertNothingIsDueAsync();
    }

    [Fact]
    public async Task A_merged_customer_is_cut_under_both_keys()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, twin) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var card = app.NewName("fp");
        (await till.LearnAsync(twin, card)).Expect(200);
        (await GiveAsync(till, card, zoe, null)).Expect(200);
        await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        (await till.Shop.PostAsync($"profiles/{twin}/merge", new { into = zoe })).Expect(200);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(15 + 25, await till.ActiveAsync(zoe));
        (await CutAsync(till, card, twin)).Expect(200);
        Assert.Equal(15, await till.ActiveAsync(zoe));
        Assert.All(await LinksAsync(till, card), l => Assert.NotNull(l!["cutAt"]));
    }

    [Fact]
    public async Task Nothing_of_what_was_said_about_an_erased_customers_cards_is_left()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var card = app.NewName("fp");
        (await till.LearnAsync(zoe, card)).Expect(200);
        (await GiveAsync(till, card, zoe, null)).Expect(200);
        (await CutAsync(till, card, zoe)).Expect(200);
        (await GiveAsync(till, card, zoe, new { from = app.Clock.GetUtcNow() })).Expect(200);
        (await GiveAsync(till, card, adam, null)).Expect(200);
        var key = await KeyAsync(zoe);
        Assert.Contains(await RowsAsync(), r => r.Contains(key, StringComparison.Ordinal));
        (await till.Shop.DeleteAsync($"profiles/{zoe}")).Expect(204);
        Assert.DoesNotContain(await RowsAsync(), r => r.Contains(key, StringComparison.Ordinal));
        Assert.Equal(adam, (string)Assert.Single(await LinksAsync(till, card))!["profileId"]!);
    }

    [Fact]
    public async Task A_customer_that_is_not_there_a_card_number_and_a_wrong_instant_are_refused()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, sandbox) = (await till.NewCustomerAsync(), await Till.OpenAsync(app, "sandbox"));
        (await GiveAsync(till, "fp", "nobody", null)).ExpectProblem(404, "not-found");
        (await CutAsync(till, "fp", "nobody")).ExpectProblem(404, "not-found");
        (await GiveAsync(sandbox, "fp", zoe, null)).ExpectProblem(404, "not-found");
        (await CutAsync(sandbox, "fp", zoe)).ExpectProblem(404, "not-found");
        var number = await GiveAsync(till, "4111111111111111", zoe, null);
        Assert.Equal(["fingerprint"], number.ExpectProblem(400, "invalid").WrongFields);
        Assert.Equal(
            ["/from", "/until"],
            (await GiveAsync(till, "fp", zoe, new { from = "today", until = 1 })).ExpectProblem(400, "invalid").WrongFields);
        Assert.Equal(0, (await CutAsync(till, app.NewName("fp"), zoe)).Expect(200).Number("payments"));
    }

    [Fact]
    public async Task A_message_reads_the_links_of_its_card_in_one_call_however_many_there_are()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam, card) = (await till.NewCustomerAsync(), await till.NewCustomerAsync(), app.NewName("fp"));
        for (var i = 1; i <= 120; i++) await LearnAgainAsync(card, zoe, app.Clock.GetUtcNow().AddDays(-i));
        Assert.Equal(1, await LinkCallsAsync(till, card));
        (await GiveAsync(till, card, adam, null)).Expect(200);
        (await CutAsync(till, card, adam)).Expect(200);
        (await GiveAsync(till, card, adam, new { from = app.Clock.GetUtcNow().AddDays(-1) })).Expect(200);
        Assert.Equal(1, await LinkCallsAsync(till, card));
        Assert.Equal((0, 50), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
    }

    private async Task<int> LinkCallsAsync(Till till, string card)
    {
        app.Probe.Count();
        await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        return app.Probe.Calls.Count(c => c.StartsWith("GET", StringComparison.Ordinal)
            && c.Contains(FingerprintBook.TableName, StringComparison.Ordinal));
    }

    private static Task<ApiAnswer> GiveAsync(Till till, string card, string customer, object? body) =>
        till.Shop.SendAsync(HttpMethod.Put, $"fingerprints/{card}/links/{customer}", body);

    private static Task<ApiAnswer> CutAsync(Till till, string card, string customer) =>
        till.Shop.DeleteAsync($"fingerprints/{card}/links/{customer}");

    private static async Task<JsonArray> LinksAsync(Till till, string card) =>
        (await till.Shop.GetAsync($"fingerprints/{card}/links")).Expect(200).Json["items"]!.AsArray();

    private static async Task<List<string>> FlagsAsync(Till till, string card) =>
        [.. (await till.Shop.GetAsync($"payments?fingerprint={card}")).Expect(200).Json["items"]!.AsArray()
            .SelectMany(p => p!["flags"]!.AsArray()).Select(f => f!.GetValue<string>())];

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private async Task<string> KeyAsync(string customer) => (await app.Services.GetRequiredService<ProfileDirectory>()
        .FindAsync(AppEnvironment.Live, customer, default))!.Key.ToString();

    private async Task LearnAgainAsync(string card, string customer, DateTimeOffset at) =>
        await app.Services.GetRequiredService<FingerprintBook>().LearnAsync(
            FingerprintKey.Of(AppEnvironment.Live, card), new("slow", await KeyAsync(customer), at), default);

    private async Task<List<string>> RowsAsync()
    {
        var rows = new List<string>();
        var table = app.Services.GetRequiredService<StorageAccount>().Table(FingerprintBook.TableName);
        await foreach (var row in table.QueryAsync<TableEntity>())
            rows.Add($"{row.PartitionKey} {row.RowKey} {string.Join(' ', row.Select(p => p.Value))}");
        return rows;
    }

    private async Task AssertNothingIsDueAsync()
    {
        var due = app.Services.GetRequiredService<DueIndex>();
        await foreach (var item in due.ReadAsync(CardLinking.DueKind, DateTimeOffset.MaxValue, default))
            Assert.Fail($"Still due: {item.Subject}");
    }
}
