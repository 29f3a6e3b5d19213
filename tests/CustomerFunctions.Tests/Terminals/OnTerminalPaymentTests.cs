using System.Text;
using System.Text.Json.Nodes;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Terminals;

public sealed class OnTerminalPaymentTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const int OrdersTried = 100;

    [Fact]
    public async Task A_payment_with_a_known_card_earns_and_a_refund_takes_back_the_difference()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, card, t) = await KnownAsync(till);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await till.SendAsync(till.Message("completed", t, card));
        Assert.Equal(15 + 25, await till.ActiveAsync(zoe));
        await till.SendAsync(till.Refund(t, "r1", 490));
        await till.SendAsync(till.Refund(t, "r1", 490));
        Assert.Equal(15 + 20, await till.ActiveAsync(zoe));
        Assert.Equal("1/4000/490", await till.FiguresAsync(zoe));
        await till.SendAsync(till.Message("cancelled", t, null));
        Assert.Equal(15, await till.ActiveAsync(zoe));
        Assert.Equal("1/1500/0", await till.FiguresAsync(zoe));
        Assert.Equal(["payment.linked"], await till.PaymentEventsAsync(t));
    }

    [Theory]
    [InlineData("object")]
    [InlineData("text")]
    [InlineData("bytes")]
    public async Task A_cloud_event_is_taken_as_what_it_carries(string how)
    {
        var till = await Till.OpenAsync(app);
        var t = app.NewName("t");
        var payment = till.Message("completed", t, null);
        await till.SendAsync(new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = "1",
            ["source"] = "/till",
            ["type"] = "com.example.payment.completed",
            ["time"] = payment["occurredAt"]!.DeepClone(),
            ["datacontenttype"] = "application/json",
            [how == "bytes" ? "data_base64" : "data"] = how switch
            {
                "bytes" => Convert.ToBase64String(Encoding.UTF8.GetBytes(payment.ToJsonString())),
                "text" => payment.ToJsonString(),
                _ => payment,
            },
        });
        Assert.Equal(2500, PaymentSummary.Of((await till.PaymentAsync(t)).Facts).Amount);
    }

    [Fact]
    public async Task Payments_are_listed_by_their_status_and_application()
    {
        var (till, other) = (await Till.OpenAsync(app, "sandbox"), await Till.OpenAsync(app, "sandbox"));
        var (paid, partly, held, gone) = (app.NewName("t"), app.NewName("t"), app.NewName("t"), app.NewName("t"));
        foreach (var t in (string[])[paid, partly, gone]) await till.SendAsync(till.Message("completed", t, null));
        await till.SendAsync(till.Refund(partly, "r", 500));
        await till.SendAsync(till.Message("on_hold", held, null));
        await till.SendAsync(till.Message("cancelled", gone, null));
        await other.SendAsync(other.Message("completed", app.NewName("t"), null));
        foreach (var (status, t) in new[]
        {
            ("completed", paid), ("partially-refunded", partly), ("on-hold", held), ("cancelled", gone),
        })
            Assert.Equal([t], await ListedAsync(till, $"status={status}&application={till.Shop.Application}"));
        Assert.Equal([gone, held, partly, paid], await ListedAsync(till, $"application={till.Shop.Application}"));
        Assert.Empty(await ListedAsync(till, "application=nobody"));
        (await till.Shop.GetAsync("payments?status=paid")).ExpectProblem(400, "invalid");
    }

    [Fact]
    public async Task A_payment_whose_terminal_contradicts_itself_is_listed_and_counted_once_under_its_card()
    {
        var till = await Till.OpenAsync(app);
        var (card, t) = (app.NewName("fp"), app.NewName("t"));
        await till.SendAsync(till.Message("completed", t, card));
        await till.SendAsync(till.Message("completed", t, card, app.Clock.GetUtcNow().AddMinutes(-1)));
        var listed = (await till.Shop.GetAsync($"payments?fingerprint={card}")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(["conflicting-facts"], Assert.Single(listed)!["flags"]!.AsArray().Select(f => (string)f!));
        var links = (await till.Shop.GetAsync($"fingerprints/{card}/links")).Expect(200).Json;
        Assert.Equal("""{"total":1,"linked":0,"unlinked":1,"complete":true}""", links["payments"]!.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_card_is_kept_and_listed_and_linked_once_with_its_own_time_when_it_is_learned()
    {
        var till = await Till.OpenAsync(app);
        var zoe = await till.NewCustomerAsync();
        var (card, t) = (app.NewName("fp"), app.NewName("t"));
        var paidAt = app.Clock.GetUtcNow().AddDays(-2);
        await till.SendAsync(till.Message("completed", t, card, paidAt));
        var unlinked = (await till.Shop.GetAsync("payments?linked=false")).Expect(200).Json["items"]!.AsArray();
        Assert.Contains(unlinked, p => p!["transactionId"]!.GetValue<string>() == t);

        var session = app.NewName("s");
        (await till.LearnAsync(zoe, card, session)).Expect(200);
        (await till.LearnAsync(zoe, card, session)).Expect(200);
        Assert.Equal(15 + 25, await till.ActiveAsync(zoe));
        var asOf = Uri.EscapeDataString($"{paidAt.AddSeconds(1):yyyy-MM-dd'T'HH:mm:ss'Z'}");
        var then = await till.Shop.GetAsync($"programs/{till.Program}/profiles/{zoe}/balance?asOf={asOf}");
        Assert.Equal(25, then.Expect(200).Number("active"));
        Assert.Equal(["payment.linked"], await till.PaymentEventsAsync(t));
        unlinked = (await till.Shop.GetAsync("payments?linked=false")).Json["items"]!.AsArray();
        Assert.DoesNotContain(unlinked, p => p!["transactionId"]!.GetValue<string>() == t);
        var linked = (await till.Shop.GetAsync($"payments?linked=true&fingerprint={card}")).Json["items"]!.AsArray();
        Assert.Equal(zoe, Assert.Single(linked)!["profileId"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(31, true, 30, false, 0)]
    [InlineData(20, false, 30, true, 0)]
    [InlineData(20, true, 10, true, 0)]
    [InlineData(20, true, 30, true, 25)]
    public async Task A_payment_linked_late_earns_within_the_programs_days_only(
        int daysBefore, bool retroactive, int retroactiveDays, bool isLinked, int points)
    {
        var earn = new { pointsPerUnit = 1, rounding = "down", retroactive, retroactiveDays };
        var till = await Till.OpenAsync(app, earn: earn);
        var zoe = await till.NewCustomerAsync();
        var (card, t) = (app.NewName("fp"), app.NewName("t"));
        await till.SendAsync(till.Message("completed", t, card, app.Clock.GetUtcNow().AddDays(-daysBefore)));
        (await till.LearnAsync(zoe, card)).Expect(200);
        Assert.Equal(isLinked, (await till.PaymentAsync(t)).Outcome.ProfileKey is not null);
        Assert.Equal(15 + points, await till.ActiveAsync(zoe));
    }

    [Fact]
    public async Task A_card_that_changes_hands_gives_each_payment_to_whoever_held_it_then()
    {
        var till = await Till.OpenAsync(app);
        var (zoe, adam) = (await till.NewCustomerAsync(), await till.NewCustomerAsync());
        var card = app.NewName("fp");
        (await till.LearnAsync(zoe, card)).Expect(200);
        app.Clock.Advance(TimeSpan.FromHours(1));
        var between = app.Clock.GetUtcNow();
        app.Clock.Advance(TimeSpan.FromHours(1));
        (await till.LearnAsync(adam, card)).Expect(200);
        await till.SendAsync(till.Message("completed", app.NewName("t"), card, between));
        await till.SendAsync(till.Message("completed", app.NewName("t"), card));
        Assert.Equal((40, 40), (await till.ActiveAsync(zoe), await till.ActiveAsync(adam)));
    }

    [Fact]
    public async Task Links_of_one_environment_are_unknown_in_the_other()
    {
        var live = await Till.OpenAsync(app);
        var sandbox = await Till.OpenAsync(app, "sandbox");
        var (_, card, t) = await KnownAsync(live);
        await sandbox.SendAsync(sandbox.Message("completed", t, card));
        var payments = (await sandbox.Shop.GetAsync($"payments?fingerprint={card}")).Expect(200);
        Assert.False(Assert.Single(payments.Json["items"]!.AsArray())!["linked"]!.GetValue<bool>());
        Assert.Empty((await live.Shop.GetAsync($"payments?fingerprint={card}")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Payments_are_listed_in_pages_newest_first()
    {
        var till = await Till.OpenAsync(app, "sandbox");
        var sent = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            sent.Insert(0, app.NewName("t"));
            await till.SendAsync(till.Message("completed", sent[0], null));
            app.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var seen = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = (await till.Shop.GetAsync($"payments?limit=2{next}")).Expect(200);
            seen.AddRange(page.Json["items"]!.AsArray().Select(p => p!["transactionId"]!.GetValue<string>()));
            next = page.Json["next"]?.GetValue<string>() is { } cursor ? $"&cursor={cursor}" : null;
        }

        Assert.Equal(sent, seen.Where(sent.Contains));
    }

    [Fact]
    public async Task A_hundred_orders_of_the_same_messages_end_alike()
    {
        var till = await Till.OpenAsync(app);
        var random = new Random(20260301);
        var ends = new HashSet<string>();
        for (var i = 0; i < OrdersTried; i++) ends.Add(await EndAsync(till, random, isCancelled: i % 2 == 0));
        Assert.Equal(2, ends.Count);
    }

    private static async Task<List<string>> ListedAsync(Till till, string query) =>
        [.. (await till.Shop.GetAsync($"payments?limit=200&{query}")).Expect(200).Json["items"]!.AsArray()
            .Select(p => p!["transactionId"]!.GetValue<string>()).Order(StringComparer.Ordinal).Reverse()];

    // A payment, two refunds and perhaps a cancellation, each told twice, with the card learned somewhere in between.
    private async Task<string> EndAsync(Till till, Random random, bool isCancelled)
    {
        var zoe = await till.NewCustomerAsync();
        var (card, t) = (app.NewName("fp"), app.NewName("t"));
        JsonObject[] told =
            [till.Message("completed", t, card), till.Refund(t, "a", 700), till.Refund(t, "b", 490)];
        if (isCancelled) told = [.. told, till.Message("cancelled", t, null)];
        Func<Task>[] steps =
        [
            .. told.Concat(told).Select(m => (Func<Task>)(() => till.SendAsync(m))),
            async () => (await till.LearnAsync(zoe, card)).Expect(200),
        ];
        random.Shuffle(steps);
        foreach (var step in steps) await step();
        var payment = await till.PaymentAsync(t);
        var state = Json.Write(new
        {
            Summary = PaymentSummary.Of(payment.Facts) with { Fingerprint = null },
            Outcome = payment.Outcome with { ProfileKey = null, Points = payment.Outcome.Points.Clear() },
            Points = payment.Outcome.Points.Values,
            payment.Intent,
        });
        return $"{state} {await till.ActiveAsync(zoe)} {await till.FiguresAsync(zoe)}";
    }

    private async Task<(string Zoe, string Card, string Transaction)> KnownAsync(Till till)
    {
        var (zoe, card) = (await till.NewCustomerAsync(), app.NewName("fp"));
        (await till.LearnAsync(zoe, card)).Expect(200);
        return (zoe, card, app.NewName("t"));
    }
}
