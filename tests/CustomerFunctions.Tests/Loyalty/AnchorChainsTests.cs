using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Loyalty.Domain;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

public sealed class AnchorChainsTests(AppUnderTest app) : WalletTests(app)
{
    private ChainAnchors Anchors => App.Services.GetRequiredService<ChainAnchors>();

    [Fact]
    public async Task A_days_chain_is_anchored_once_its_writers_have_had_five_minutes()
    {
        GoTo(hour: 23, minute: 59);
        var wallet = await NewWalletWithPointsAsync();
        foreach (var minute in (int[])[0, 1, 4])
        {
            GoTo(hour: 0, minute);
            await AnchorAsync();
            Assert.Empty(await Anchors.OfAsync(wallet, None));
        }

        // What a slow writer adds until then is anchored with it.
        await AddAsync(wallet, 5);
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        await AnchorAsync();
        await AnchorAsync();
        var last = (await Reader.VerifyAsync(wallet, None)).State;
        Assert.Equal(
            new ChainAnchor(2, last.Hash, App.Clock.GetUtcNow()), Assert.Single(await Anchors.OfAsync(wallet, None)));
        Assert.NotEmpty(await MarksAsync(wallet));
    }

    [Fact]
    public async Task Wallets_of_all_shards_are_anchored_each_in_its_own()
    {
        var wallets = new List<WalletId>();
        for (var i = 0; i < 100; i++) wallets.Add(await NewWalletWithPointsAsync());
        GoToNextDay();
        await AnchorAsync();
        foreach (var wallet in wallets)
        {
            Assert.Equal(1, Assert.Single(await Anchors.OfAsync(wallet, None)).Seq);
            Assert.Empty(await MarksAsync(wallet));
        }
    }

    [Fact]
    public async Task A_wallet_whose_program_is_gone_is_anchored()
    {
        var wallet = NewWallet() with { Program = "gone" };
        var draft = Draft.On(wallet.ToString(), WalletState.Empty, TierPolicy.None, App.Clock.GetUtcNow()).Add(1);
        await App.Services.GetRequiredService<WalletWriter>().CommitAsync(
            new LoadedWallet(wallet, WalletState.Empty, null, [], []), draft,
            Wallets.Program() with { Name = "gone" }, new WriteExtras(), None);
        GoToNextDay();
        await AnchorAsync();
        Assert.Equal(1, Assert.Single(await Anchors.OfAsync(wallet, None)).Seq);
    }

    [Fact]
    public async Task A_mark_without_a_wallet_goes_and_a_wallet_that_cannot_be_read_holds_back_no_other()
    {
        var (sound, broken, never) = (await NewWalletWithPointsAsync(), await NewWalletWithPointsAsync(), NewWallet());
        await new Forger(App).ChangeAsync(broken, "h", row => row["State"] = "{"u8.ToArray());
        await App.Services.GetRequiredService<DueIndex>().MarkAsync(
            WalletWriter.AnchorKind, never.ToString(), App.Clock.GetUtcNow(), None);
        GoToNextDay();
        await Assert.ThrowsAsync<AggregateException>(AnchorAsync);
        Assert.Single(await Anchors.OfAsync(sound, None));
        Assert.Empty(await MarksAsync(never));
        Assert.NotEmpty(await MarksAsync(broken));
        await new Forger(App).DeleteAsync(broken, _ => true);
        await AnchorAsync();
    }

    [Fact]
    public async Task Anchoring_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "anchor chains", App.Probe, NewDayAsync, async _ =>
        {
            await AnchorAsync();
            return true;
        },
        AssertAnchoredAsync);

    [Fact]
    public async Task Two_at_once_anchor_the_same() => await FaultEnumeration.PauseAsync(
        "anchor against anchor", App.Probe, NewDayAsync, AnchoredAsync, AnchoredAsync, AssertAnchoredAsync);

    [Fact]
    public async Task A_writer_beside_the_timer_is_anchored_then_or_the_day_after() => await FaultEnumeration.PauseAsync(
        "anchor against add", App.Probe, NewDayAsync, AnchoredAsync,
        async wallet => (await AddAsync(wallet, 5, change: "one")).IsOk,
        async wallet =>
        {
            GoToNextDay();
            await AnchorAsync();
            var last = (await Reader.VerifyAsync(wallet, None)).State;
            Assert.Contains(await Anchors.OfAsync(wallet, None), a => a.Seq == 2 && a.Hash == last.Hash);
            Assert.Null((await Reader.VerifyAsync(wallet, None)).FirstBad);
        });

    private void GoTo(int hour, int minute)
    {
        var now = App.Clock.GetUtcNow();
        var next = new DateTimeOffset(now.Date.AddHours(hour).AddMinutes(minute), TimeSpan.Zero);
        App.Clock.SetUtcNow(next < now ? next.AddDays(1) : next);
    }

    private void GoToNextDay()
    {
        var day = App.Clock.GetUtcNow().Date.AddDays(1);
        App.Clock.SetUtcNow(new DateTimeOffset(day.AddMinutes(30), TimeSpan.Zero));
    }

    private async Task<WalletId> NewDayAsync()
    {
        // What other cases left due would add its calls to those that are counted.
        GoToNextDay();
        await AnchorAsync();
        var wallet = await NewWalletWithPointsAsync();
        GoToNextDay();
        return wallet;
    }

    private async Task AssertAnchoredAsync(WalletId wallet)
    {
        var last = (await Reader.VerifyAsync(wallet, None)).State;
        Assert.Equal((1, last.Hash), Assert.Single(
            (await Anchors.OfAsync(wallet, None)).Select(a => (a.Seq, a.Hash)).Distinct()));
        Assert.Empty(await MarksAsync(wallet));
    }

    private async Task<bool> AnchoredAsync(WalletId wallet)
    {
        await AnchorAsync();
        return true;
    }

    private Task AnchorAsync() =>
        ActivatorUtilities.CreateInstance<AnchorChains>(App.Services).Run(new TimerInfo(), None);

    private async Task<List<DueItem>> MarksAsync(WalletId wallet) =>
        await App.Services.GetRequiredService<DueIndex>()
            .ReadAsync(WalletWriter.AnchorKind, App.Clock.GetUtcNow().AddDays(9), None)
            .Where(item => item.Subject == wallet.ToString()).ToListAsync();
}
