using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>What admins say of payments and cards, with storage failing at any call, with the process ending there, and
/// with others at work on the same payment. Points and figures come out once, and as they must be.</summary>
public sealed class LinkFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Deciding_survives_a_fault_at_any_of_its_calls() => await FaultsAsync(
        "decide a payment", LinkedCase.PaidAsync, c => c.DecideAsync(), c => c.IsAsync(c.Two.Adam));

    [Fact]
    public async Task Undeciding_survives_a_fault_at_any_of_its_calls() => await FaultsAsync(
        "give a decision back", DecidedAsync, c => c.UndecideAsync(), c => c.IsAsync(c.Two.Zoe));

    [Fact]
    public async Task Giving_a_card_survives_a_fault_at_any_of_its_calls() => await FaultsAsync(
        "give a card", LinkedCase.PaidAsync, c => c.GiveAsync(), c => c.IsAsync(c.Two.Adam));

    [Fact]
    public async Task Cutting_a_card_survives_a_fault_at_any_of_its_calls() => await FaultsAsync(
        "cut a card", LinkedCase.PaidAsync, c => c.CutAsync(), c => c.IsAsync(null));

    [Fact]
    public async Task The_timer_finishes_a_decision_that_ended_at_any_call() => await StopsAsync(
        "decide a payment", (c, cancel) => c.DecideAsync(cancel));

    [Fact]
    public async Task The_timer_finishes_a_given_card_that_ended_at_any_call() => await StopsAsync(
        "give a card", (c, cancel) => c.GiveAsync(cancel));

    [Fact]
    public async Task The_timer_finishes_a_cut_card_that_ended_at_any_call() => await StopsAsync(
        "cut a card", (c, cancel) => c.CutAsync(cancel));

    [Fact]
    public async Task The_timer_survives_a_fault_at_any_of_its_calls()
    {
        var two = await TwoCustomers.NewAsync(app);
        // What other tests have left is no part of the timer's calls.
        await (await LinkedCase.PaidAsync(app, two)).SweepAsync();
        await FaultEnumeration.RunAsync(
            "finish a cut card", app.Probe, () => CutShortAsync(two), c => c.SweepAsync(), c => c.IsAsync(null),
            callsVary: true);
    }

    [Fact]
    public async Task A_slow_message_never_links_to_whom_the_card_was_cut_from() => await PausesAsync(
        "payment and cut", LinkedCase.KnownAsync, c => c.PayAsync(), c => c.CutAsync(), c => c.IsAsync(null));

    [Fact]
    public async Task A_message_during_a_slow_cut_ends_unlinked() => await PausesAsync(
        "cut and payment", LinkedCase.KnownAsync, c => c.CutAsync(), c => c.PayAsync(), c => c.IsAsync(null));

    [Fact]
    public async Task A_slow_message_goes_to_whom_the_card_was_given() => await PausesAsync(
        "payment and give", LinkedCase.KnownAsync, c => c.PayAsync(), c => c.GiveAsync(), c => c.IsAsync(c.Two.Adam));

    [Fact]
    public async Task A_message_while_the_card_is_given_goes_there() => await PausesAsync(
        "give and payment", LinkedCase.KnownAsync, c => c.GiveAsync(), c => c.PayAsync(), c => c.IsAsync(c.Two.Adam));

    [Fact]
    public async Task A_refund_and_a_decision_meet_wherever_the_refund_is_held_back() => await PausesAsync(
        "refund and decide", LinkedCase.PaidAsync, c => c.RefundAsync(), c => c.DecideAsync(),
        c => c.IsAsync(c.Two.Adam, refunded: 490));

    [Fact]
    public async Task A_refund_and_a_decision_meet_wherever_the_decision_is_held_back() => await PausesAsync(
        "decide and refund", LinkedCase.PaidAsync, c => c.DecideAsync(), c => c.RefundAsync(),
        c => c.IsAsync(c.Two.Adam, refunded: 490));

    [Fact]
    public async Task What_is_learned_meanwhile_never_beats_a_decision()
    {
        await PausesAsync(
            "decide nobody and learn", LinkedCase.PaidAsync, c => c.DecideNobodyAsync(), LaterAsync(c => c.LearnAsync()),
            c => c.IsAsync(null));
        await PausesAsync(
            "learn and decide nobody", LinkedCase.PaidAsync, c => c.LearnAsync(), c => c.DecideNobodyAsync(),
            c => c.IsAsync(null));
    }

    [Fact]
    public async Task Giving_a_decision_back_while_the_card_is_learned_ends_as_the_links_say() => await PausesAsync(
        "give a decision back and learn", DecidedAsync, c => c.UndecideAsync(), LaterAsync(c => c.LearnAsync()),
        c => c.IsAsKnownAsync());

    [Fact]
    public async Task A_card_that_is_cut_and_learned_at_once_ends_as_the_links_say()
    {
        await PausesAsync(
            "cut and learn", LinkedCase.PaidAsync, c => c.CutAsync(), LaterAsync(c => c.LearnAsync()),
            c => c.IsAsync(c.Two.Adam));
        await PausesAsync(
            "learn and cut", LinkedCase.PaidAsync, c => c.LearnAsync(), LaterAsync(c => c.CutAsync()),
            c => c.IsAsync(c.Two.Adam));
    }

    [Fact]
    public async Task A_card_that_is_given_and_cut_at_once_ends_as_the_links_say()
    {
        await PausesAsync(
            "give and cut", LinkedCase.PaidAsync, c => c.GiveAsync(), LaterAsync(c => c.CutAsync()),
            c => c.IsAsync(c.Two.Adam));
        await PausesAsync(
            "give and give", LinkedCase.PaidAsync, c => c.GiveAsync(), LaterAsync(c => c.GiveAsync()),
            c => c.IsAsync(c.Two.Adam));
    }

    [Fact]
    public async Task The_timer_and_a_change_of_the_same_card_never_lose_each_other()
    {
        await PausesAsync(
            "cut and sweep", LinkedCase.PaidAsync, c => c.CutAsync(), c => c.SweepAsync(), c => c.IsAsync(null));
        await PausesAsync(
            "sweep and give", CutShortAsync, c => c.SweepAsync(), c => c.GiveAsync(), c => c.IsAsync(c.Two.Adam));
    }

    [Fact]
    public async Task A_change_that_the_timer_overtook_is_not_written_by_a_request_that_then_ends()
    {
        var two = await TwoCustomers.NewAsync(app);
        var c = await LinkedCase.PaidAsync(app, two);
        using var end = new CancellationTokenSource();
        // Version, links, mark: the cut is held back, and the timer finds nothing to do for the mark.
        var held = app.Probe.PauseAt(4);
        var cut = Task.Run(() => c.CutAsync(end.Token));
        await held;
        await c.SweepAsync();
        var next = app.Probe.PauseAt(1);
        await next;
        await end.CancelAsync();
        app.Probe.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cut);
        app.Probe.Count();
        await c.SweepAsync();
        await c.IsAsKnownAsync();
    }

    [Fact]
    public async Task A_card_that_changes_between_two_parts_of_the_timers_work_is_begun_anew()
    {
        var two = await TwoCustomers.NewAsync(app);
        var first = await LinkedCase.PaidAsync(app, two);
        var all = new List<LinkedCase> { first };
        for (var i = 0; i < 4; i++)
        {
            all.Add(first with { Transaction = app.NewName("t") });
            await all[^1].PayAsync();
        }

        using var end = new CancellationTokenSource();
        // Version, links, mark: the cut is held back, while the timer does a part of what the mark says.
        var held = app.Probe.PauseAt(4);
        var cut = Task.Run(() => first.CutAsync(end.Token));
        await held;
        await first.SweepTwoAsync();
        // The cut is written; then the request ends.
        var next = app.Probe.PauseAt(1);
        await next;
        await end.CancelAsync();
        app.Probe.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cut);
        app.Probe.Count();
        for (var i = 0; i < 3; i++) await first.SweepTwoAsync();
        foreach (var c in all) await c.IsAsync(null);
    }

    [Fact]
    public async Task The_timer_and_a_message_of_the_same_card_never_lose_each_other() => await PausesAsync(
        "sweep and refund", CutShortAsync, c => c.SweepAsync(), c => c.RefundAsync(), c => c.IsAsync(null));

    private async Task FaultsAsync(
        string name, Func<AppUnderTest, TwoCustomers, Task<LinkedCase>> arrange, Func<LinkedCase, Task<bool>> act,
        Func<LinkedCase, Task> check)
    {
        var two = await TwoCustomers.NewAsync(app);
        var tried = await FaultEnumeration.RunAsync(name, app.Probe, () => arrange(app, two), act, check, callsVary: true);
        Assert.True(tried > 10, $"{tried} faults");
    }

    private async Task PausesAsync(
        string name, Func<AppUnderTest, TwoCustomers, Task<LinkedCase>> arrange, Func<LinkedCase, Task<bool>> first,
        Func<LinkedCase, Task<bool>> second, Func<LinkedCase, Task> check)
    {
        var two = await TwoCustomers.NewAsync(app);
        await FaultEnumeration.PauseAsync(
            name, app.Probe, () => arrange(app, two), first, second, check, callsVary: true);
    }

    // Whatever was begun is done wholly or not at all, and the timer leaves nothing to do.
    private async Task StopsAsync(string name, Func<LinkedCase, CancellationToken, Task> act)
    {
        var two = await TwoCustomers.NewAsync(app);
        await act(await LinkedCase.PaidAsync(app, two), default);
        await FaultEnumeration.StopAsync(
            name, app.Probe, () => LinkedCase.PaidAsync(app, two), act, c => c.SweepAsync(), c => c.IsAsKnownAsync());
    }

    private async Task<LinkedCase> DecidedAsync(AppUnderTest _, TwoCustomers two)
    {
        var c = await LinkedCase.PaidAsync(app, two);
        Assert.True(await c.DecideAsync());
        return c;
    }

    private Task<LinkedCase> CutShortAsync(TwoCustomers two) => CutShortAsync(app, two);

    // A card that was cut by a request that ended right after it had written so.
    private async Task<LinkedCase> CutShortAsync(AppUnderTest _, TwoCustomers two)
    {
        var c = await LinkedCase.PaidAsync(app, two);
        using var end = new CancellationTokenSource();
        // Version, links, mark, cut: the next call would be for the payments.
        var reached = app.Probe.PauseAt(5);
        var ended = Task.Run(() => c.CutAsync(end.Token));
        await reached;
        await end.CancelAsync();
        app.Probe.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ended);
        app.Probe.Count();
        await c.IsAsync(two.Zoe);
        return c;
    }

    private Func<LinkedCase, Task<bool>> LaterAsync(Func<LinkedCase, Task<bool>> act) => async c =>
    {
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        return await act(c);
    };
}
