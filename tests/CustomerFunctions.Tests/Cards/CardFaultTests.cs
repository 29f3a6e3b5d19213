using CustomerFunctions.Cards;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Cards;

/// <summary>Every storage call of every write path of a card fails once.</summary>
public sealed class CardFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Cards = Cardholders.Cards;

    private sealed record Case(Cardholders Shelf, string Code, string Verification, string Profile)
    {
        public (string, string) Key { get; } = ("Idempotency-Key", Guid.NewGuid().ToString("n"));

        public Task<ApiAnswer> PostAsync(string verb, object? body = null) =>
            Shelf.Shop.PostAsync($"{Cards}/{Code}/{verb}", body, Key);
    }

    [Fact]
    public async Task Making_a_card_by_pattern_survives_a_fault_at_every_call()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var pattern = "F-" + app.NewName("p").ToUpperInvariant().Replace("#", "") + "-########";
        var made = await CountAsync(shelf);
        await FaultEnumeration.RunAsync(
            "card: make", app.Probe, () => Task.FromResult(new Case(shelf, shelf.NewCode(), "", "")),
            async c => (await shelf.Shop.PostAsync(Cards, new { pattern, memberNumber = c.Code }, c.Key)).Status == 201,
            async c =>
            {
                var again = (await shelf.Shop.PostAsync(Cards, new { pattern, memberNumber = c.Code }, c.Key)).Expect(201);
                var zoe = await shelf.NewProfileAsync();
                (await shelf.Shop.PutAsync($"profiles/{zoe}/vip", new { memberNumber = c.Code, verificationCode = again.Text("verificationCode") }))
                    .Expect(200);
                made++;
            },
            callsVary: true);
        Assert.Equal(made, await CountAsync(shelf));
    }

    [Fact]
    public async Task Blocking_survives_a_fault_at_every_call() => await FaultEnumeration.RunAsync(
        "card: block", app.Probe, NewAsync,
        async c => (await c.PostAsync("block", new { reason = "Lost" })).Status == 200,
        async c => await AssertSealedAsync(c, isSealed: true));

    [Fact]
    public async Task A_block_that_breaks_off_anywhere_and_is_not_repeated_is_finished_by_the_timer()
    {
        var blocked = 0;
        await FaultEnumeration.RunAsync(
            "card: block and sweep", app.Probe, NewAsync,
            async c =>
            {
                await c.PostAsync("block", new { reason = "Lost" });
                await c.Shelf.SweepLaterAsync();
                return true;
            },
            async c =>
            {
                var state = (await c.Shelf.Shop.GetAsync($"{Cards}/{c.Code}")).Expect(200).Text("state");
                if (state == "blocked") blocked++;
                Assert.Equal(state == "blocked", await c.Shelf.IsSealedAsync(c.Code));
                await c.Shelf.SweepLaterAsync();
                Assert.DoesNotContain(
                    await c.Shelf.RowsAsync("Due"), r => r.PartitionKey.StartsWith(CardSeals.DueKind, StringComparison.Ordinal));
            },
            callsVary: true);
        Assert.True(blocked > 0);
    }

    [Fact]
    public async Task Replacing_survives_a_fault_at_every_call() => await FaultEnumeration.RunAsync(
        "card: replace", app.Probe, NewMemberAsync,
        async c => (await c.PostAsync("replacement", new { reason = "Lost" })).Status == 201,
        async c =>
        {
            var made = (await c.PostAsync("replacement", new { reason = "Lost" })).Expect(201);
            Assert.Equal([c.Profile], await c.Shelf.MembersAsync(made.Text("code")));
            Assert.Single(made.Json["replaced"]!.AsArray());
            Assert.Matches("^[0-9]{6}$", made.Text("verificationCode"));
            Assert.Equal(made.Text("code"), (await c.Shelf.Shop.GetAsync($"{Cards}/{c.Code}"))
                .ExpectProblem(404, "card-replaced").Text("code"));
        });

    [Fact]
    public async Task Adding_a_member_survives_a_fault_at_every_call() => await FaultEnumeration.RunAsync(
        "card: add a member", app.Probe, NewAsync,
        async c => (await c.Shelf.Shop.PutAsync($"{Cards}/{c.Code}/members/{c.Profile}", new { }, c.Key)).Status == 200,
        AssertMemberAsync);

    [Fact]
    public async Task Removing_a_member_survives_a_fault_at_every_call() => await FaultEnumeration.RunAsync(
        "card: remove a member", app.Probe, NewMemberAsync,
        async c => (await c.Shelf.Shop.DeleteAsync($"{Cards}/{c.Code}/members/{c.Profile}")).Status == 204,
        async c =>
        {
            Assert.Empty(await c.Shelf.MembersAsync(c.Code));
            Assert.Empty(await c.Shelf.CardsOfAsync(c.Profile));
        });

    [Fact]
    public async Task Joining_survives_a_fault_at_every_call() => await FaultEnumeration.RunAsync(
        "card: join", app.Probe, NewAsync,
        async c => (await c.Shelf.Shop.PutAsync(
            $"profiles/{c.Profile}/vip", new { memberNumber = c.Code, verificationCode = c.Verification }, c.Key))
            .Status == 200,
        AssertMemberAsync);

    [Fact]
    public async Task A_customer_put_on_a_card_while_taken_off_it_is_found_wherever_the_card_names_him()
    {
        await FaultEnumeration.PauseAsync(
            "card: remove and add a member", app.Probe, NewMemberAsync,
            async c => (await c.Shelf.Shop.DeleteAsync($"{Cards}/{c.Code}/members/{c.Profile}")).Status == 204,
            async c => (await c.Shelf.Shop.PutAsync($"{Cards}/{c.Code}/members/{c.Profile}", new { })).Status == 200,
            AssertWayAsync);
        await FaultEnumeration.PauseAsync(
            "card: add and remove a member", app.Probe, NewMemberAsync,
            async c => (await c.Shelf.Shop.PutAsync($"{Cards}/{c.Code}/members/{c.Profile}", new { })).Status == 200,
            async c => (await c.Shelf.Shop.DeleteAsync($"{Cards}/{c.Code}/members/{c.Profile}")).Status == 204,
            AssertWayAsync);
    }

    [Fact]
    public async Task A_block_overtaken_by_its_end_leaves_the_wallet_as_the_card_says() => await FaultEnumeration.PauseAsync(
        "card: block and unblock", app.Probe, NewAsync,
        async c => (await c.PostAsync("block", new { reason = "Lost" })).Status == 200,
        async c => (await c.Shelf.Shop.PostAsync($"{Cards}/{c.Code}/unblock")).Status == 200,
        async c =>
        {
            var state = (await c.Shelf.Shop.GetAsync($"{Cards}/{c.Code}")).Expect(200).Text("state");
            await AssertSealedAsync(c, state == "blocked");
        });

    [Fact]
    public async Task Wherever_a_block_stops_the_timer_leaves_the_wallet_as_the_card_says() => await FaultEnumeration.PauseAsync(
        "card: block and timer", app.Probe, NewAsync,
        async c => (await c.PostAsync("block", new { reason = "Lost" })).Status == 200,
        async c =>
        {
            await c.Shelf.SweepLaterAsync();
            var state = (await c.Shelf.Shop.GetAsync($"{Cards}/{c.Code}")).Expect(200).Text("state");
            Assert.Equal(state == "blocked", await c.Shelf.IsSealedAsync(c.Code));
            return true;
        },
        async c => await AssertSealedAsync(c, isSealed: true));

    [Fact]
    public async Task A_replacement_overtaken_by_a_new_card_with_its_code_never_shares_it() => await FaultEnumeration.PauseAsync(
        "card: replace and make", app.Probe, NewAsync,
        async c => (await c.PostAsync("replacement", new { code = "N-" + c.Code, reason = "Lost" })).Status is 201 or 409,
        async c => (await c.Shelf.Shop.PostAsync(Cards, new { code = "N-" + c.Code })).Status is 201 or 409,
        async c =>
        {
            var old = await c.Shelf.Shop.GetAsync($"{Cards}/{c.Code}");
            var wanted = (await c.Shelf.Shop.GetAsync($"{Cards}/N-{c.Code}")).Expect(200);
            Assert.Equal(old.Status == 404 ? 1 : 0, wanted.Json["replaced"]!.AsArray().Count);
        });

    [Fact]
    public async Task What_a_broken_replacement_left_behind_can_be_taken_and_the_card_stays_as_it_was()
    {
        var c = await NewAsync();
        var wanted = "N-" + c.Code;
        var table = Service<CardsTable>();
        var home = (await table.FindAsync(CardId.Of(AppEnvironment.Live, c.Code), default))!;
        await table.LeadAsync(
            await table.PlaceAsync(CardId.Of(AppEnvironment.Live, wanted), wanted, default), home.Id, home.Card.Key, default);
        (await c.Shelf.Shop.GetAsync($"{Cards}/{wanted}")).ExpectProblem(404, "not-found");
        (await c.Shelf.Shop.PostAsync(Cards, new { code = wanted })).Expect(201);
        Assert.Empty((await c.Shelf.Shop.GetAsync($"{Cards}/{wanted}")).Expect(200).Json["replaced"]!.AsArray());
        (await c.PostAsync("replacement", new { code = wanted, reason = "Lost" })).ExpectProblem(409, "card-exists");
        (await c.Shelf.Shop.GetAsync($"{Cards}/{c.Code}")).Expect(200);
    }

    private static async Task<int> CountAsync(Cardholders shelf) =>
        (await shelf.RowsAsync("Cards")).Count(r => r.GetString("Program") == "club");

    private T Service<T>() => (T)app.Services.GetService(typeof(T))!;

    private async Task<Case> NewAsync()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, verification) = await shelf.NewCardAsync();
        return new Case(shelf, code, verification, await shelf.NewProfileAsync());
    }

    private async Task<Case> NewMemberAsync()
    {
        var c = await NewAsync();
        (await c.Shelf.Shop.PutAsync($"{Cards}/{c.Code}/members/{c.Profile}", new { })).Expect(200);
        return c;
    }

    private async Task AssertMemberAsync(Case c)
    {
        Assert.Equal([c.Profile], await c.Shelf.MembersAsync(c.Code));
        Assert.Equal([c.Code], await c.Shelf.CardsOfAsync(c.Profile));
    }

    private async Task AssertWayAsync(Case c)
    {
        var isMember = (await c.Shelf.MembersAsync(c.Code)).Length == 1;
        Assert.Equal(isMember ? [c.Code] : [], await c.Shelf.CardsOfAsync(c.Profile));
    }

    private static async Task AssertSealedAsync(Case c, bool isSealed)
    {
        Assert.Equal(isSealed, await c.Shelf.IsSealedAsync(c.Code));
        await c.Shelf.SweepLaterAsync();
        Assert.Equal(isSealed, await c.Shelf.IsSealedAsync(c.Code));
        Assert.DoesNotContain(
            await c.Shelf.RowsAsync("Due"), r => r.PartitionKey.StartsWith(CardSeals.DueKind, StringComparison.Ordinal));
    }
}
