using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>A merge with each of its storage calls failing, and held back while others write.</summary>
public sealed class MergeFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private ApiClient? _shop;

    [Fact]
    public async Task A_merge_survives_a_fault_at_every_storage_call() => await FaultEnumeration.RunAsync(
        "merge", app.Probe, ArrangeAsync, async t => (await t.MergeAsync()).Status == 200,
        t => t.AssertMergedAsync(), callsVary: true);

    [Fact]
    public async Task A_merge_that_breaks_off_anywhere_and_is_not_repeated_is_finished_by_the_timer()
    {
        var merged = 0;
        await FaultEnumeration.RunAsync(
            "merge and sweep", app.Probe, ArrangeOneLotAsync,
            async t =>
            {
                await t.MergeAsync();
                return true;
            },
            async t =>
            {
                await t.SweepLaterAsync();
                if ((await t.Shop.GetAsync($"profiles/{t.One}")).Status == 308)
                {
                    merged++;
                    await t.AssertMergedAsync(Twins.OneLotEach, pending: 0);
                    return;
                }

                Assert.Equal(50, (await t.BalanceAsync())["active"]!.GetValue<decimal>());
                // Nothing is left that would keep them from it.
                (await t.MergeAsync()).Expect(200);
                await t.AssertMergedAsync(Twins.OneLotEach, pending: 0);
            },
            callsVary: true);
        Assert.True(merged > 0);
    }

    [Fact]
    public async Task Points_that_come_while_a_merge_is_held_back_are_there_once() => await FaultEnumeration.PauseAsync(
        "merge against add", app.Probe, ArrangeOneLotAsync, async t => (await t.MergeAsync()).Status == 200,
        async t => (await t.Shop.PostAsync(
            $"programs/stars/profiles/{t.One}/points", new { points = 5, reason = "Meanwhile" },
            ("Idempotency-Key", "meanwhile-" + t.One))).Status == 201,
        t => t.AssertMergedAsync(Twins.OneLotEach + 5, pending: 0), callsVary: true);

    [Fact]
    public async Task A_merge_that_comes_while_points_are_held_back_has_them_once() => await FaultEnumeration.PauseAsync(
        "add against merge", app.Probe, ArrangeOneLotAsync,
        async t => (await t.Shop.PostAsync(
            $"programs/stars/profiles/{t.One}/points", new { points = 5, reason = "Meanwhile" },
            ("Idempotency-Key", "meanwhile-" + t.One))).Status == 201,
        async t => (await t.MergeAsync()).Status == 200,
        t => t.AssertMergedAsync(Twins.OneLotEach + 5, pending: 0), callsVary: true);

    [Fact]
    public async Task A_session_that_is_held_back_while_its_customer_is_merged_counts_once() => await FaultEnumeration.PauseAsync(
        "close against merge", app.Probe, ArrangeOneLotAsync,
        async t => (await t.CloseAsync(t.One, "s-" + t.One)).IsSuccess,
        async t => (await t.MergeAsync()).Status == 200,
        async t =>
        {
            (await t.CloseAsync(t.One, "s-" + t.One)).ExpectSuccess();
            await t.AssertMergedAsync(Twins.OneLotEach + 100, pending: 0);
            Assert.Equal(1, (await t.Shop.GetAsync($"profiles/{t.Other}")).Expect(200).Number("totalOrders"));
        },
        callsVary: true);

    [Fact]
    public async Task Two_merges_at_once_are_one() => await FaultEnumeration.PauseAsync(
        "merge against merge", app.Probe, ArrangeOneLotAsync, async t => (await t.MergeAsync()).Status == 200,
        async t => (await t.MergeAsync()).Status == 200, t => t.AssertMergedAsync(Twins.OneLotEach, pending: 0), callsVary: true);

    [Fact]
    public async Task An_erasure_beside_a_merge_leaves_neither_of_them() => await FaultEnumeration.PauseAsync(
        "merge against erase", app.Probe, ArrangeOneLotAsync,
        async t => (await t.MergeAsync()).Status is 200 or 400 or 404,
        async t => (await t.Shop.DeleteAsync($"profiles/{t.Other}")).Status is 204 or 404,
        async t =>
        {
            await t.SweepLaterAsync();
            (await t.Shop.GetAsync($"profiles/{t.Other}")).ExpectProblem(404, "not-found");
            Assert.Contains((await t.Shop.GetAsync($"profiles/{t.One}")).Status, (int[])[200, 404]);
        },
        callsVary: true);

    private async Task<Twins> ArrangeOneLotAsync() =>
        await Twins.WithOneLotEachAsync(app, _shop ??= await Twins.ShopAsync(app));

    private async Task<Twins> ArrangeAsync()
    {
        _shop ??= await Twins.ShopAsync(app);
        return await Twins.ArrangeAsync(app, _shop);
    }
}
