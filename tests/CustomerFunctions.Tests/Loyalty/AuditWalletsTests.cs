using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>A piece of an audit: what it finds, what it costs, and that writers beside it are never told of.</summary>
public sealed class AuditWalletsTests(AppUnderTest app) : WalletTests(app)
{
    private readonly Forger _forger = new(app);

    [Fact]
    public async Task Pieces_of_any_size_find_together_what_one_finds()
    {
        var wallets = await NewWalletsAsync(30);
        await AnchorAsync(wallets);
        await _forger.SpoilAsync(wallets[3], "e|0000000002");
        await _forger.RewriteAsync(wallets[7], e => e.Seq == 1 ? e with { Points = Points.From(99) } : e);
        await _forger.DeleteAsync(wallets[11], _ => true);
        await _forger.DeleteAsync(wallets[29], _ => true);
        var whole = Assert.Single(await AuditAsync(AuditPace.Default));
        Assert.Equal(
            ((int[])[3, 7, 11, 29]).Select(i => wallets[i].Owner), whole.Wrong.Select(w => w.Owner));
        Assert.Equal([2, 2, 1, 1], whole.Wrong.Select(w => w.Seq));
        Assert.Equal(new AuditCounts(28, 56, 4), whole.Counts);
        foreach (var rows in (int[])[1, 20])
        {
            var pieces = await AuditAsync(new AuditPace(rows, TimeSpan.FromHours(1)));
            Assert.True(pieces.Count > 5);
            Assert.Equal(whole.Counts, pieces.Aggregate(AuditCounts.None, (sum, p) => sum.Plus(p.Counts)));
            Assert.Equal(whole.Wrong, pieces.SelectMany(p => p.Wrong));
        }

        var timed = await AuditAsync(new AuditPace(int.MaxValue, TimeSpan.Zero));
        Assert.Equal(29, timed.Count);
    }

    [Fact]
    public async Task A_sound_wallet_costs_its_share_of_a_thousand_rows()
    {
        // And of the anchors, which are one list and two calls for each blob.
        var wallets = await NewWalletsAsync(50);
        var rows = (await Task.WhenAll(wallets.Select(_forger.RowsAsync))).Sum(r => r.Count);
        App.Probe.Count();
        Assert.Single(await AuditAsync(AuditPace.Default));
        var calls = (rows / 1_000) + 1 + 1;
        Assert.Equal(calls, App.Probe.Calls.Count);
        await AnchorAsync(wallets);
        App.Probe.Count();
        Assert.Single(await AuditAsync(AuditPace.Default));
        Assert.Equal(calls + (2 * wallets.Select(ChainAnchors.ShardOf).Distinct().Count()), App.Probe.Calls.Count);
    }

    [Fact]
    public async Task A_writer_at_any_moment_of_the_audit_is_not_told_of_and_a_damaged_wallet_is()
    {
        // Over a thousand rows, so that the audit reads the wallet with several calls.
        var (busy, damaged) = (await NewWalletsAsync(2)) is [var a, var b] ? (a, b) : default;
        for (var i = 0; i < 400; i++) await AddAsync(busy, 1);
        await AnchorAsync([busy, damaged]);
        await _forger.SpoilAsync(damaged, "e|0000000002");
        await FaultEnumeration.PauseAsync(
            "audit against add", App.Probe, () => Task.FromResult(busy),
            async _ => damaged.Owner == Assert.Single(Assert.Single(await AuditAsync(AuditPace.Default)).Wrong).Owner,
            async wallet => (await AddAsync(wallet, 1)).IsOk,
            async wallet => Assert.Null((await Reader.VerifyAsync(wallet, None)).FirstBad),
            callsVary: true);
    }

    [Fact]
    public async Task Wallets_of_other_programs_and_environments_are_left_alone()
    {
        var wallets = await NewWalletsAsync(2);
        var other = WalletId.Of(AppEnvironment.Sandbox, Program, ProfileKey.New(App.Clock.GetUtcNow()));
        await App.Services.GetRequiredService<ProgramCatalog>().PutAsync(
            AppEnvironment.Sandbox, Domain.Wallets.Program() with { Name = Program }, None);
        await AddAsync(other, 1);
        await AddAsync(NewWallet(), 1);
        Assert.Equal(new AuditCounts(2, 4, 0), Assert.Single(await AuditAsync(AuditPace.Default)).Counts);
        Assert.Equal(2, wallets.Count);
    }

    private string Program { get; } = app.NewName("audited");

    /// <summary>Wallets in the order of their owners, with two entries each, in a program of their own.</summary>
    private async Task<List<WalletId>> NewWalletsAsync(int count)
    {
        await App.Services.GetRequiredService<ProgramCatalog>().PutAsync(
            AppEnvironment.Live, Domain.Wallets.Program() with { Name = Program }, None);
        var wallets = new List<WalletId>();
        for (var i = 0; i < count; i++)
        {
            App.Clock.Advance(TimeSpan.FromSeconds(1));
            wallets.Add(NewWallet() with { Program = Program });
            await AddAsync(wallets[i], 10);
            await AddAsync(wallets[i], 5, start: "1h");
        }

        return wallets;
    }

    private async Task AnchorAsync(IReadOnlyList<WalletId> wallets)
    {
        var anchors = App.Services.GetRequiredService<ChainAnchors>();
        foreach (var wallet in wallets)
        {
            var last = (await Reader.VerifyAsync(wallet, None)).State;
            var head = new ChainAnchor(last.Seq, last.Hash, App.Clock.GetUtcNow());
            await anchors.AppendAsync(
                wallet.Environment, wallet.Program, ChainAnchors.ShardOf(wallet), [(wallet, head)], head.At, None);
        }
    }

    private async Task<List<AuditFindings>> AuditAsync(AuditPace pace)
    {
        var audit = ActivatorUtilities.CreateInstance<AuditWallets>(App.Services, pace);
        var part = new AuditPart(new AuditRef(AppEnvironment.Live, Program, "a"), "", null);
        var found = new List<AuditFindings>();
        do
        {
            found.Add(await audit.Run(part, None));
            part = part with { After = found[^1].GoOnAfter ?? "" };
        }
        while (found[^1].GoOnAfter is not null);
        return found;
    }
}
