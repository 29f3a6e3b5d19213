using System.Text.Json.Nodes;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>Whole audits, asked for over HTTP.</summary>
public sealed class AuditProgramTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_audit_of_hundreds_finds_the_damaged_ones_and_none_that_writers_change_meanwhile()
    {
        await using var app = await OpenAsync();
        var (shop, wallets) = await ArrangeAsync(app, 300);
        var forger = new Forger(app);
        var damaged = new[] { 0, 17, 40, 299 };
        await forger.SpoilAsync(wallets[0], "e|0000000001");
        await forger.RewriteAsync(wallets[17], e => e with { Points = Points.From(99) });
        await forger.DeleteAsync(wallets[40], _ => true);
        await forger.ChangeAsync(wallets[299], "h", row => row["State"] = "{"u8.ToArray());
        using var enough = new CancellationTokenSource();
        var writing = WriteAsync(app, [.. wallets.Skip(100).Take(50)], enough.Token);
        var audit = await AuditAsync(shop);
        await enough.CancelAsync();
        Assert.True(await writing > 0);

        Assert.Equal("completed", audit["state"]!.GetValue<string>());
        Assert.Equal(299, audit["wallets"]!.GetValue<int>());
        Assert.InRange(audit["entries"]!.GetValue<int>(), 299, 299 + await writing);
        Assert.Equal(
            damaged.Select(i => wallets[i].Owner), audit["wrong"]!.AsArray().Select(w => w!["owner"]!.GetValue<string>()));
        Assert.Equal("1 I8, 1 I8, 1 I8, 1 I9", string.Join(", ", audit["wrong"]!.AsArray().Select(
            w => $"{w!["seq"]} {w["rule"]}")));
        Assert.Equal(4, audit["wrongCount"]!.GetValue<int>());
        Assert.NotNull(audit["endedAt"]);
    }

    [Fact]
    public async Task An_audit_that_goes_on_over_many_pieces_counts_every_wallet_once()
    {
        await using var app = await OpenAsync(services => services.AddSingleton(new AuditPace(1, TimeSpan.FromHours(1))));
        var (shop, _) = await ArrangeAsync(app, 7, apart: TimeSpan.Zero);
        var audit = await AuditAsync(shop);
        Assert.Equal("7 7 0", $"{audit["wallets"]} {audit["entries"]} {audit["wrongCount"]}");
    }

    [Fact]
    public async Task An_audit_of_nobody_ends()
    {
        await using var app = await OpenAsync();
        var (shop, _) = await ArrangeAsync(app, 0);
        Assert.Equal(0, (await AuditAsync(shop))["wallets"]!.GetValue<int>());
    }

    [Fact]
    public async Task Of_more_than_a_hundred_wrong_wallets_the_first_hundred_are_named()
    {
        await using var app = await OpenAsync();
        var (shop, wallets) = await ArrangeAsync(app, 120);
        var forger = new Forger(app);
        foreach (var wallet in wallets) await forger.SpoilAsync(wallet, "e|0000000001");
        var audit = await AuditAsync(shop);
        Assert.Equal(120, audit["wrongCount"]!.GetValue<int>());
        Assert.Equal(
            wallets.Take(100).Select(w => w.Owner),
            audit["wrong"]!.AsArray().Select(w => w!["owner"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_audit_is_asked_for_by_management_for_a_program_and_seen_there_only()
    {
        await using var app = await OpenAsync();
        var (shop, _) = await ArrangeAsync(app, 0);
        (await shop.PutAsync("programs/moons", new { title = "Moons" })).Expect(201);
        var key = ("Idempotency-Key", "audit-1");
        var first = (await shop.PostAsync("programs/stars/audit", null, key)).Expect(202);
        var again = (await shop.PostAsync("programs/stars/audit", null, key)).Expect(202);
        Assert.Equal(("queued", first.Body), (first.Text("state"), again.Body));
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        (await shop.PostAsync("programs/moons/audit", null, key)).ExpectProblem(422, "idempotency-key-reused");
        (await shop.PostAsync("programs/suns/audit")).ExpectProblem(404, "not-found");
        Assert.Equal(
            ["/deep"], (await shop.PostAsync("programs/stars/audit", new { deep = true })).Expect(400).WrongFields);
        (await shop.GetAsync($"programs/moons/audits/{first.Text("auditId")}")).ExpectProblem(404, "not-found");
        (await shop.GetAsync("programs/stars/audits/nothing")).ExpectProblem(404, "not-found");
        var other = await app.NewApplicationAsync("sandbox");
        (await other.GetAsync($"programs/stars/audits/{first.Text("auditId")}")).ExpectProblem(404, "not-found");
        var till = await app.NewApplicationAsync(scopes: ["integration"]);
        (await till.PostAsync("programs/stars/audit")).ExpectProblem(403, "denied");
        (await till.GetAsync($"programs/stars/audits/{first.Text("auditId")}")).ExpectProblem(403, "denied");
    }

    [Fact]
    public async Task Asking_survives_a_fault_at_every_storage_call_and_starts_once()
    {
        var starts = new RecordedStarts();
        await using var app = await OpenAsync(starts.Replace);
        var (shop, _) = await ArrangeAsync(app, 0);
        await shop.GetAsync("programs/stars");
        var tried = await FaultEnumeration.RunAsync(
            "start an audit", app.Probe, () => Task.FromResult(app.NewName("audit")),
            async key => (await AskAsync(shop, key)).Status == 202, key => AskedOnceAsync(shop, key, starts));
        Assert.True(tried >= 2, $"{tried} faults");
        await FaultEnumeration.PauseAsync(
            "audit and audit", app.Probe, () => Task.FromResult(app.NewName("audit")),
            async key => (await AskAsync(shop, key)).Expect(202).IsSuccess,
            async key => (await AskAsync(shop, key)).Expect(202).IsSuccess,
            key => AskedOnceAsync(shop, key, starts));
    }

    [Fact]
    public async Task Ending_survives_a_fault_at_every_storage_call_and_keeps_the_first_end()
    {
        await using var app = await OpenAsync();
        var audits = app.Services.GetRequiredService<AuditsTable>();
        await FaultEnumeration.RunAsync(
            "end an audit", app.Probe, async () =>
            {
                var audit = new AuditRef(AppEnvironment.Live, "stars", Hash.Hex(app.NewName("audit"))[..32]);
                await audits.AddAsync(new AuditRecord(
                    audit.AuditId, audit.Environment, audit.Program, "", AuditState.Queued, app.Clock.GetUtcNow()), None);
                return AuditPosition.Start(audit) with { Counts = new AuditCounts(3, 2, 1) };
            },
            async position =>
            {
                await audits.EndAsync(new AuditEnding(position, IsWhole: true), None);
                return true;
            },
            async position =>
            {
                await audits.EndAsync(new AuditEnding(position, IsWhole: false), None);
                var ended = await audits.FindAsync(position.Audit.Environment, position.Audit.AuditId, None);
                Assert.Equal((AuditState.Completed, position.Counts), (ended!.State, ended.Counts));
            });
    }

    private static Task<ApiAnswer> AskAsync(ApiClient shop, string key) =>
        shop.PostAsync("programs/stars/audit", null, ("Idempotency-Key", key));

    private static async Task AskedOnceAsync(ApiClient shop, string key, RecordedStarts starts)
    {
        var again = (await AskAsync(shop, key)).Expect(202);
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        Assert.Equal(1, starts.CountOf(again.Text("auditId")));
    }

    private static async Task<JsonNode> AuditAsync(ApiClient shop)
    {
        var started = (await shop.PostAsync("programs/stars/audit")).Expect(202);
        return await shop.AwaitAsync($"programs/stars/audits/{started.Text("auditId")}");
    }

    private async Task<AppUnderTest> OpenAsync(Action<IServiceCollection>? replace = null)
    {
        var app = new AppUnderTest(azurite) { Replace = replace };
        await app.InitializeAsync();
        return app;
    }

    /// <summary>A program with wallets of one entry each, anchored, in the order of their owners, who came a day after
    /// one another.</summary>
    private static async Task<(ApiClient Shop, List<WalletId> Wallets)> ArrangeAsync(
        AppUnderTest app, int count, TimeSpan? apart = null)
    {
        var shop = await app.NewApplicationAsync("live");
        (await shop.PutAsync("programs/stars", new { title = "Stars" })).Expect(201);
        var start = app.Clock.GetUtcNow();
        var wallets = Enumerable.Range(0, count).Select(i => WalletId.Of(
            AppEnvironment.Live, "stars", ProfileKey.New(start + (i * (apart ?? TimeSpan.FromDays(1)))))).ToList();
        await Parallel.ForEachAsync(wallets, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (wallet, _) =>
            await AddAsync(app, wallet, wallet.Owner));
        app.Clock.Advance(TimeSpan.FromDays(count + 1));
        await app.Host.FireTimerAsync(nameof(AnchorChains));
        return (shop, wallets);
    }

    private static async Task AddAsync(AppUnderTest app, WalletId wallet, string change)
    {
        var grant = new Grant(Points.From(10), new Origin("session", "s"), "test");
        var added = await app.Services.GetRequiredService<PointsLedger>()
            .AddAsync(wallet, grant, new Change(change, ""), None);
        Assert.True(added.IsOk, added.Error?.Code);
    }

    private static async Task<int> WriteAsync(AppUnderTest app, List<WalletId> wallets, CancellationToken enough)
    {
        var written = 0;
        for (; !enough.IsCancellationRequested; written++)
            await AddAsync(app, wallets[written % wallets.Count], app.NewName());
        return written;
    }
}
