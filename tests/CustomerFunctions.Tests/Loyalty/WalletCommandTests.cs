using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>What callers do with points beside adding and spending, over HTTP.</summary>
public sealed class WalletCommandTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Zoe = "programs/stars/profiles/zoe";
    private const string Max = "programs/stars/profiles/max";

    [Fact]
    public async Task Points_that_wait_for_an_action_become_active_by_their_session()
    {
        var shop = await ArrangeAsync();
        (await shop.PostAsync($"{Zoe}/points", new
        {
            points = 40,
            reason = "Welcome",
            start = "on_action",
            expiry = "1D",
            sessionId = "order 7",
        })).Expect(201);
        app.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(40, (await shop.GetAsync($"{Zoe}/balance")).Expect(200).Number("pending"));

        (await shop.PostAsync($"{Zoe}/activations", new { sessionId = "another" }))
            .ExpectProblem(409, "nothing-awaits");
        var activated = (await shop.PostAsync($"{Zoe}/activations", new { sessionId = "order 7", reason = "Came" }))
            .Expect(201);
        Assert.Equal("activated", activated.Text("kind"));
        Assert.Equal(40, (await shop.GetAsync($"{Zoe}/balance")).Number("active"));
        app.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(40, (await shop.GetAsync($"{Zoe}/balance")).Number("expired"));
        await AssertVerifiesAsync(shop, Zoe);
        Assert.Equal("order 7", (await shop.GetAsync($"{Zoe}/entries")).Json["items"]![0]!["sessionId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Points_are_activated_by_their_entry_or_session_and_not_by_both()
    {
        var shop = await ArrangeAsync();
        var added = (await shop.PostAsync($"{Zoe}/points", new { points = 5, reason = "x", start = "on_action" }))
            .Expect(201);
        Assert.Equal(["/entry"], (await shop.PostAsync($"{Zoe}/activations", new { })).WrongFields);
        Assert.Equal(
            ["/entry"], (await shop.PostAsync($"{Zoe}/activations", new { entry = 1, sessionId = "s" })).WrongFields);
        (await shop.PostAsync($"{Zoe}/activations", new { entry = added.Number("seq") })).Expect(201);
        (await shop.PostAsync($"{Zoe}/activations", new { entry = added.Number("seq") }))
            .ExpectProblem(409, "nothing-awaits");
    }

    [Fact]
    public async Task A_later_expiry_counts_from_the_one_before()
    {
        var shop = await ArrangeAsync();
        var start = app.Clock.GetUtcNow();
        (await shop.PostAsync($"{Zoe}/points", new { points = 5, reason = "x", expiry = "2D" })).Expect(201);
        (await shop.PostAsync($"{Zoe}/points", new { points = 6, reason = "x" })).Expect(201);
        (await shop.PostAsync($"{Zoe}/extensions", new { expiry = "1h", entry = 2, reason = "x" }))
            .ExpectProblem(409, "nothing-to-extend");
        (await shop.PostAsync($"{Zoe}/extensions", new { expiry = "3D", reason = "Closed for repair" })).Expect(201);
        var expirations = (await shop.GetAsync($"{Zoe}/expirations")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(
            [$"{start.AddDays(5):yyyy-MM-ddTHH:mm:ssZ}", null],
            expirations.Select(e => e!["expiresAt"]?.GetValue<string>()));
        Assert.Equal(11, expirations.Sum(e => e!["points"]!.GetValue<decimal>()));
        await AssertVerifiesAsync(shop, Zoe);
    }

    [Fact]
    public async Task A_reversed_deduction_gives_the_points_back_with_their_own_expiry_even_when_it_has_passed()
    {
        var shop = await ArrangeAsync();
        (await shop.PostAsync($"{Zoe}/points", new { points = 5, reason = "x", expiry = "1h" })).Expect(201);
        (await shop.PostAsync($"{Zoe}/points", new { points = 7, reason = "x", expiry = "9D" })).Expect(201);
        var spent = (await shop.PostAsync($"{Zoe}/deductions", new { points = 10, reason = "Pizza" })).Expect(201);
        app.Clock.Advance(TimeSpan.FromHours(2));
        var path = $"{Zoe}/entries/{spent.Number("seq")}/reversal";
        var reversed = (await shop.PostAsync(path, new { reason = "Burnt" })).Expect(201);
        Assert.Equal("expired", reversed.Json["allocations"]![0]!["debt"]!.GetValue<string>());
        var balance = await shop.GetAsync($"{Zoe}/balance");
        Assert.Equal((7m, 5m, 0m), (balance.Number("active"), balance.Number("expired"), balance.Number("spent")));
        var again = (await shop.PostAsync(path, new { reason = "Burnt" })).ExpectProblem(409, "already-reversed");
        Assert.Equal(reversed.Number("seq"), again.Number("entry"));
        (await shop.PostAsync($"{Zoe}/entries/{reversed.Number("seq")}/reversal", new { reason = "x" }))
            .ExpectProblem(409, "not-reversible");
        (await shop.PostAsync($"{Zoe}/entries/99/reversal", new { reason = "x" })).ExpectProblem(404, "not-found");
        (await shop.PostAsync($"{Zoe}/entries/first/reversal", new { reason = "x" })).ExpectProblem(404, "not-found");
        await AssertVerifiesAsync(shop, Zoe);
    }

    [Fact]
    public async Task A_reversed_grant_may_leave_a_debt_where_the_program_allows_it_only()
    {
        var shop = await ArrangeAsync();
        (await shop.PostAsync($"{Zoe}/points", new { points = 10, reason = "Wrong" })).Expect(201);
        (await shop.PostAsync($"{Zoe}/deductions", new { points = 8, reason = "Pizza" })).Expect(201);
        (await shop.PostAsync($"{Zoe}/entries/1/reversal", new { reason = "Wrong" }))
            .ExpectProblem(409, "insufficient-points");
        (await shop.PostAsync($"{Zoe}/deductions", new { points = 8, reason = "Wrong", correction = true }))
            .ExpectProblem(409, "insufficient-points");
        await PutProgramAsync(shop, allowNegative: true);
        (await shop.PostAsync($"{Zoe}/entries/1/reversal", new { reason = "Wrong" })).Expect(201);
        Assert.Equal(8, (await shop.GetAsync($"{Zoe}/balance")).Number("negative"));
        (await shop.PostAsync($"{Zoe}/deductions", new { points = 2, reason = "Wrong", correction = true })).Expect(201);
        (await shop.PostAsync($"{Zoe}/deductions", new { points = 2, reason = "Wrong" }))
            .ExpectProblem(409, "insufficient-points");
        (await shop.PostAsync($"{Zoe}/points", new { points = 11, reason = "Paid" })).Expect(201);
        Assert.Equal(1, (await shop.GetAsync($"{Zoe}/balance")).Number("active"));
        await AssertVerifiesAsync(shop, Zoe);
    }

    [Fact]
    public async Task A_transfer_keeps_expiry_and_sum()
    {
        var shop = await ArrangeAsync();
        (await shop.PostAsync($"{Zoe}/points", new { points = 10, reason = "x", expiry = "1D" })).Expect(201);
        var sent = (await shop.PostAsync(
            $"{Zoe}/transfers", new { to = new { profileId = "max" }, points = 4, toLedger = "gifts", reason = "Gift" }))
            .Expect(201);
        Assert.Equal("transferred-out", sent.Text("kind"));
        Assert.Equal(6, (await shop.GetAsync($"{Zoe}/balance")).Number("active"));
        Assert.Equal(4, (await shop.GetAsync($"{Max}/balance?ledger=gifts")).Number("active"));
        app.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(4, (await shop.GetAsync($"{Max}/balance")).Number("expired"));

        (await shop.PostAsync($"{Zoe}/points", new { points = 9, reason = "x" })).Expect(201);
        (await shop.PostAsync(
            $"{Zoe}/transfers", new { to = new { profileId = "zoe" }, points = 4, toLedger = "gifts", reason = "x" }))
            .Expect(201);
        Assert.Equal(4, (await shop.GetAsync($"{Zoe}/balance?ledger=gifts")).Number("active"));
        foreach (var wallet in new[] { Zoe, Max }) await AssertVerifiesAsync(shop, wallet);
    }

    [Fact]
    public async Task A_transfer_that_cannot_arrive_does_not_leave()
    {
        var shop = await ArrangeAsync();
        (await shop.PostAsync($"{Zoe}/points", new { points = 10, reason = "x" })).Expect(201);
        Assert.Equal(["/to"], (await SendAsync(shop, new { profileId = "nobody" })).ExpectProblem(400, "invalid").WrongFields);
        Assert.Equal(["/to"], (await SendAsync(shop, new { profileId = "zoe" })).ExpectProblem(400, "invalid").WrongFields);
        Assert.Equal(["/to"], (await SendAsync(shop, new { })).ExpectProblem(400, "invalid").WrongFields);
        (await SendAsync(shop, new { profileId = "max" }, points: 11)).ExpectProblem(409, "insufficient-points");
        Assert.Equal(10, (await shop.GetAsync($"{Zoe}/balance")).Number("active"));

        static Task<ApiAnswer> SendAsync(ApiClient shop, object to, decimal points = 1) =>
            shop.PostAsync($"{Zoe}/transfers", new { to, points, reason = "x" });
    }

    [Fact]
    public async Task An_explanation_adds_up_to_the_balance_and_names_what_took_the_points()
    {
        var shop = await ArrangeAsync();
        (await shop.PostAsync($"{Zoe}/points", new { points = 10, reason = "Welcome", expiry = "1D" })).Expect(201);
        (await shop.PostAsync($"{Zoe}/points", new { points = 20, reason = "Birthday" })).Expect(201);
        (await shop.PostAsync($"{Zoe}/deductions", new { points = 4, reason = "Pizza" })).Expect(201);
        var why = (await shop.GetAsync($"{Zoe}/explain?limit=1")).Expect(200);
        var lot = why.Json["items"]![0]!;
        Assert.Equal((26m, 6m, "Welcome"), (
            why.Number("active"), lot["remaining"]!.GetValue<decimal>(), lot["reason"]!.GetValue<string>()));
        Assert.Equal([10m, -4m], lot["history"]!.AsArray().Select(h => h!["points"]!.GetValue<decimal>()));
        var rest = (await shop.GetAsync($"{Zoe}/explain?limit=1&cursor={why.Text("next")}")).Expect(200);
        Assert.Equal(20, rest.Json["items"]![0]!["remaining"]!.GetValue<decimal>());
        Assert.Null(rest.Json["next"]);
        app.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, (await shop.GetAsync($"{Zoe}/explain?all=true")).Json["items"]!.AsArray().Count);
        Assert.Single((await shop.GetAsync($"{Zoe}/explain")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task The_transaction_log_is_a_file_with_running_balances()
    {
        var shop = await ArrangeAsync();
        var day = app.Clock.GetUtcNow();
        (await shop.PostAsync($"{Zoe}/points", new { points = 10, reason = "=1+1" })).Expect(201);
        app.Clock.Advance(TimeSpan.FromDays(1));
        (await shop.PostAsync($"{Zoe}/deductions", new { points = 4.5, reason = "Pizza, large" })).Expect(201);
        var log = (await shop.GetAsync($"{Zoe}/entries.csv?dateFormat=dd%2FMM%2Fyyyy")).Expect(200);
        Assert.StartsWith("text/csv", log.Headers["Content-Type"], StringComparison.Ordinal);
        var lines = log.Body.TrimStart('\uFEFF').Split("\r\n");
        Assert.StartsWith("seq,owner,ledger,kind,points,change,balance", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("1,zoe,main,added,10,10,10,0," + day.ToString("dd'/'MM'/'yyyy", null), lines[1],
            StringComparison.Ordinal);
        Assert.EndsWith("'=1+1", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("2,zoe,main,deducted,4.5,-4.5,5.5,0,", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("\"Pizza, large\"", lines[2], StringComparison.Ordinal);
        var late = (await shop.GetAsync(
            $"{Zoe}/entries.csv?after={day.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}")).Expect(200).Body;
        Assert.Equal(3, late.Split("\r\n").Length);
        Assert.Contains("2,zoe,main,deducted,4.5,-4.5,5.5", late, StringComparison.Ordinal);
        Assert.Equal(
            ["?after", "?dateFormat"],
            (await shop.GetAsync($"{Zoe}/entries.csv?after=now&dateFormat=D")).ExpectProblem(400, "invalid").WrongFields);
    }

    private async Task<ApiClient> ArrangeAsync()
    {
        var shop = await app.NewApplicationAsync();
        foreach (var name in new[] { "zoe", "max" })
        {
            await shop.DeleteAsync($"profiles/{name}");
            (await shop.PutAsync($"profiles/{name}", new { kind = "guest", name })).Expect(201);
        }

        await PutProgramAsync(shop, allowNegative: false);
        return shop;
    }

    private static async Task PutProgramAsync(ApiClient shop, bool allowNegative)
    {
        var program = await shop.PutAsync("programs/stars", new
        {
            title = "Stars",
            timeZone = "Europe/Berlin",
            subledgers = true,
            allowNegative,
        });
        Assert.True(program.IsSuccess, program.Body);
    }

    private static async Task AssertVerifiesAsync(ApiClient shop, string wallet)
    {
        var verified = (await shop.GetAsync($"{wallet}/verify")).Expect(200);
        Assert.True(verified.Json["ok"]!.GetValue<bool>(), verified.Body);
    }
}
