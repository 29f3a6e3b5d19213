using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Cards;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Orders;

/// <summary>Orders that a loyalty card was shown with.</summary>
public sealed class LoyaltyCardSessionTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task An_order_earns_on_each_card_once_and_tells_which()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (one, _) = await shelf.NewCardAsync();
        var (other, _) = await shelf.NewCardAsync();
        var session = app.NewName("s");
        var order = Till.Order("closed", ("loyaltyCards", new JsonArray(one, other, one.ToLowerInvariant())));
        var closed = (await shelf.Shop.PutAsync($"sessions/{session}", order)).Expect(200);
        Assert.Equal(
            [("points-awarded", one), ("points-awarded", other)],
            closed.Json["effects"]!.AsArray()
                .Select(e => (e!["type"]!.GetValue<string>(), e["card"]!.GetValue<string>())));
        Assert.Equal(closed.Body, (await shelf.Shop.PutAsync($"sessions/{session}", order)).Expect(200).Body);
        foreach (var code in new[] { one, other }) Assert.Equal(15, await BalanceAsync(shelf, code));
        Assert.Equal(15, (await shelf.Shop.GetAsync($"{Cardholders.Cards}/{one}/expirations")).Json["items"]![0]!["points"]!
            .GetValue<decimal>());
    }

    [Fact]
    public async Task A_blocked_card_earns_nothing_and_the_order_closes_all_the_same()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (code, _) = await shelf.NewCardAsync();
        (await shelf.Shop.PostAsync($"{Cardholders.Cards}/{code}/block", new { reason = "Lost" })).Expect(200);
        var closed = (await shelf.Shop.PutAsync(
            $"sessions/{app.NewName("s")}", Till.Order("closed", ("loyaltyCards", new JsonArray(code))))).Expect(200);
        var effect = Assert.Single(closed.Json["effects"]!.AsArray())!;
        Assert.Equal(("points-refused", "wallet-sealed"), (
            effect["type"]!.GetValue<string>(), effect["reason"]!.GetValue<string>()));
        Assert.Equal(0, await BalanceAsync(shelf, code));
    }

    [Fact]
    public async Task A_card_that_is_not_there_is_named_and_nothing_is_written()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var session = app.NewName("s");
        var refused = await shelf.Shop.PutAsync(
            $"sessions/{session}", Till.Order("closed", ("loyaltyCards", new JsonArray("CARD-NOWHERE"))));
        Assert.Equal(["/loyaltyCards/0"], refused.ExpectProblem(400, "invalid").WrongFields);
        (await shelf.Shop.GetAsync($"sessions/{session}")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task Points_move_between_cards_and_a_replacement_keeps_them()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var (one, _) = await shelf.NewCardAsync();
        var (other, _) = await shelf.NewCardAsync();
        (await shelf.Shop.PostAsync($"{Cardholders.Cards}/{one}/points", new { points = 10, reason = "x" })).Expect(201);
        (await shelf.Shop.PostAsync(
            $"{Cardholders.Cards}/{one}/transfers", new { to = new { cardCode = other }, points = 4, reason = "Gift" }))
            .Expect(201);
        var next = (await shelf.Shop.PostAsync($"{Cardholders.Cards}/{other}/replacement", new { reason = "Worn" }))
            .Expect(201).Text("code");
        Assert.Equal((6, 4), (await BalanceAsync(shelf, one), await BalanceAsync(shelf, next)));
        (await shelf.Shop.GetAsync($"programs/club/profiles/{await shelf.NewProfileAsync()}/balance"))
            .ExpectProblem(404, "not-found");
    }

    private static async Task<decimal> BalanceAsync(Cardholders shelf, string code) =>
        (await shelf.Shop.GetAsync($"{Cardholders.Cards}/{code}/balance")).Expect(200).Number("active");
}
