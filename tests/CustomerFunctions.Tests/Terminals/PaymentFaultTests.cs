using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>Every storage call of closing, paying, learning and replaying fails once before and once after its effect;
/// the client or the queue tries again; points, figures and events come out once.</summary>
public sealed class PaymentFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private sealed record Case(Till Till, string Zoe, string Card, string Transaction, string Session);

    [Fact]
    public async Task A_close_survives_a_fault_at_any_of_its_calls()
    {
        var till = await Till.OpenAsync(app);
        await CloseAsync(await NewCaseAsync(till));
        var faults = await FaultEnumeration.RunAsync(
            "close a session", app.Probe, () => NewCaseAsync(till), CloseAsync, ClosedOnceAsync);
        Assert.True(faults > 20);
    }

    [Fact]
    public async Task A_payment_survives_a_fault_at_any_of_its_calls()
    {
        var till = await Till.OpenAsync(app);
        await PayAsync(await NewKnownAsync(till));
        var faults = await FaultEnumeration.RunAsync(
            "terminal payment", app.Probe, () => NewKnownAsync(till), PayAsync, c => PaidOnceAsync(c, 0));
        Assert.True(faults > 30);
    }

    [Fact]
    public async Task A_refund_survives_a_fault_at_any_of_its_calls()
    {
        var till = await Till.OpenAsync(app);
        async Task<Case> PaidAsync()
        {
            var c = await NewKnownAsync(till);
            await PayAsync(c);
            return c;
        }

        async Task<bool> RefundAsync(Case c)
        {
            await till.SendAsync(till.Refund(c.Transaction, "r", 490));
            return true;
        }

        await RefundAsync(await PaidAsync());
        await FaultEnumeration.RunAsync("refund", app.Probe, PaidAsync, RefundAsync, c => PaidOnceAsync(c, 490));
    }

    [Fact]
    public async Task Learning_a_card_survives_a_fault_at_any_of_its_calls()
    {
        var till = await Till.OpenAsync(app);
        async Task<Case> WaitingAsync()
        {
            var c = await NewCaseAsync(till);
            await PayAsync(c);
            return c;
        }

        await CloseAsync(await WaitingAsync());
        await FaultEnumeration.RunAsync("learn a card", app.Probe, WaitingAsync, CloseAsync, async c =>
        {
            await ClosedOnceAsync(c, 25, "1/4000/0");
            Assert.Equal(["payment.linked"], await till.PaymentEventsAsync(c.Transaction));
        });
    }

    [Fact]
    public async Task A_replay_survives_a_fault_at_any_of_its_calls()
    {
        var till = await Till.OpenAsync(app);
        async Task<Case> RejectedAsync()
        {
            var c = await NewKnownAsync(till);
            await till.SendDeadAsync(till.Message("completed", c.Transaction, c.Card).ToJsonString());
            var filed = (await till.RejectedAsync()).Single(
                r => r!["body"]!.GetValue<string>().Contains($"\"{c.Transaction}\"", StringComparison.Ordinal));
            return c with { Session = filed!["rejectedId"]!.GetValue<string>() };
        }

        async Task<bool> ReplayAsync(Case c) =>
            (await till.Shop.PostAsync($"rejected-payments/{c.Session}/replay")).IsSuccess;

        (await till.Shop.PostAsync($"rejected-payments/{(await RejectedAsync()).Session}/replay")).Expect(200);
        await FaultEnumeration.RunAsync("replay", app.Probe, RejectedAsync, ReplayAsync, c => PaidOnceAsync(c, 0));
    }

    [Fact]
    public async Task Filing_a_bad_message_survives_a_fault_at_any_of_its_calls()
    {
        var till = await Till.OpenAsync(app);
        async Task<bool> SendAsync(Case c)
        {
            var message = till.Message("stolen", c.Transaction, null);
            await till.SendAsync(message.ToJsonString(), c.Transaction);
            return true;
        }

        await SendAsync(await NewCaseAsync(till));
        await FaultEnumeration.RunAsync("file a bad message", app.Probe, () => NewCaseAsync(till), SendAsync, async c =>
            Assert.Single(await till.RejectedAsync(), r =>
                r!["body"]!.GetValue<string>().Contains($"\"{c.Transaction}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_closes_of_one_session_close_it_once_wherever_one_is_held_back()
    {
        var till = await Till.OpenAsync(app);
        await CloseAsync(await NewCaseAsync(till));
        await FaultEnumeration.PauseAsync(
            "close and close", app.Probe, () => NewCaseAsync(till), CloseAsync, CloseAsync, ClosedOnceAsync);
    }

    [Fact]
    public async Task A_payment_and_the_learning_of_its_card_never_miss_each_other_when_the_payment_is_held_back()
    {
        var till = await Till.OpenAsync(app);
        await PayAsync(await NewCaseAsync(till));
        await FaultEnumeration.PauseAsync(
            "payment and learn", app.Probe, () => NewCaseAsync(till), PayAsync, CloseAsync, MetAsync);
    }

    [Fact]
    public async Task A_payment_and_the_learning_of_its_card_never_miss_each_other_when_the_learning_is_held_back()
    {
        var till = await Till.OpenAsync(app);
        await CloseAsync(await NewCaseAsync(till));
        await FaultEnumeration.PauseAsync(
            "learn and payment", app.Probe, () => NewCaseAsync(till), CloseAsync, PayAsync, MetAsync);
    }

    [Fact]
    public async Task A_close_that_stands_still_anywhere_is_finished_by_the_sweeper_and_counted_once()
    {
        var till = await Till.OpenAsync(app);
        await CloseAsync(await LaterAsync(NewCaseAsync));
        await FaultEnumeration.PauseAsync(
            "close and sweep", app.Probe, () => LaterAsync(NewCaseAsync), CloseAsync,
            async c =>
            {
                await SweepLaterAsync(till);
                var session = await till.Shop.GetAsync($"sessions/{c.Session}");
                if (session.Status != 404) Assert.Equal("closed", session.Expect(200).Text("state"));
                return true;
            },
            ClosedOnceAsync);

        async Task<Case> LaterAsync(Func<Till, Task<Case>> arrange)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(3));
            return await arrange(till);
        }
    }

    [Fact]
    public async Task A_payment_that_stands_still_anywhere_is_finished_by_the_sweeper_and_counted_once()
    {
        var till = await Till.OpenAsync(app);
        await PayAsync(await NewKnownAsync(till));
        await FaultEnumeration.PauseAsync(
            "payment and sweep", app.Probe,
            async () =>
            {
                app.Clock.Advance(TimeSpan.FromMinutes(3));
                return await NewKnownAsync(till);
            },
            PayAsync,
            async c =>
            {
                await SweepLaterAsync(till);
                var key = PaymentKey.Of(AppEnvironment.Live, till.Shop.Application, c.Transaction);
                var stored = await app.Services.GetRequiredService<PaymentTable>().FindAsync(key, default);
                if (stored.Payment is { } payment) Assert.Equal(2500, payment.Outcome.Spent);
                return true;
            },
            c => PaidOnceAsync(c, 0));
    }

    private async Task SweepLaterAsync(Till till)
    {
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await till.SweepAsync();
    }

    private async Task<Case> NewCaseAsync(Till till) =>
        new(till, await till.NewCustomerAsync(), app.NewName("fp"), app.NewName("t"), app.NewName("s"));

    private async Task<Case> NewKnownAsync(Till till)
    {
        var c = await NewCaseAsync(till);
        (await CloseAnswerAsync(c)).Expect(200);
        return c;
    }

    private static Task<ApiAnswer> CloseAnswerAsync(Case c) => c.Till.LearnAsync(c.Zoe, c.Card, c.Session);

    private static async Task<bool> CloseAsync(Case c) => (await CloseAnswerAsync(c)).IsSuccess;

    private static async Task<bool> PayAsync(Case c)
    {
        await c.Till.SendAsync(c.Till.Message("completed", c.Transaction, c.Card));
        return true;
    }

    private static Task ClosedOnceAsync(Case c) => ClosedOnceAsync(c, 0, "1/1500/0");

    private static async Task ClosedOnceAsync(Case c, decimal more, string figures)
    {
        Assert.Equal(15 + more, await c.Till.ActiveAsync(c.Zoe));
        Assert.Equal(figures, await c.Till.FiguresAsync(c.Zoe));
        var key = SessionKey.Of(AppEnvironment.Live, c.Till.Shop.Application, c.Session);
        Assert.Equal(["session.closed"], await c.Till.EventsAsync(SessionTable.TableName, key.ToString()));
        var links = (await c.Till.Shop.GetAsync($"fingerprints/{c.Card}/links")).Expect(200).Json["items"]!.AsArray();
        Assert.Single(links);
    }

    private static async Task PaidOnceAsync(Case c, long refunded)
    {
        Assert.Equal(15 + ((2500 - refunded) / 100), await c.Till.ActiveAsync(c.Zoe));
        Assert.Equal($"1/4000/{refunded}", await c.Till.FiguresAsync(c.Zoe));
        Assert.Equal(["payment.linked"], await c.Till.PaymentEventsAsync(c.Transaction));
        Assert.Equal(2, await c.Till.EntriesAsync(c.Zoe, "added"));
        Assert.Null((await c.Till.PaymentAsync(c.Transaction)).Intent);
    }

    private static async Task MetAsync(Case c)
    {
        await ClosedOnceAsync(c, 25, "1/4000/0");
        await PaidOnceAsync(c, 0);
    }
}
