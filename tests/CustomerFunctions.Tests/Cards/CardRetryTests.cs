using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Cards;

/// <summary>The SDK repeats a call whose answer was lost, so that the app meets what it wrote itself. In an app of its
/// own: its pauses take a while.</summary>
public sealed class CardRetryTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_card_is_made_blocked_and_replaced_once_also_when_the_SDK_repeats_calls()
    {
        await using var app = new AppUnderTest(azurite) { RetriesMax = 1 };
        await app.InitializeAsync();
        var shelf = await Cardholders.ArrangeAsync(app);
        (await shelf.Shop.GetAsync(Cardholders.Cards)).Expect(200);
        var made = 0;
        await FaultEnumeration.RunAsync(
            "card: make, block, replace with retries of the SDK", app.Probe, () => Task.FromResult(shelf.NewCode()),
            async code => (await PostAsync(shelf, "", code, new { code })).Status == 201
                && (await PostAsync(shelf, $"/{code}/block", code, new { reason = "Lost" })).Status == 200
                && (await PostAsync(shelf, $"/{code}/replacement", code, new { reason = "Lost" })).Status == 201,
            async code =>
            {
                var card = (await PostAsync(shelf, $"/{code}/replacement", code, new { reason = "Lost" })).Expect(201);
                Assert.Single(card.Json["replaced"]!.AsArray());
                Assert.False(await shelf.IsSealedAsync(card.Text("code")));
                Assert.Equal(++made, (await shelf.RowsAsync("Cards")).Count(r => r.GetString("Program") == "club"));
            },
            callsVary: true);
    }

    private static Task<ApiAnswer> PostAsync(Cardholders shelf, string path, string key, object body) =>
        shelf.Shop.PostAsync(Cardholders.Cards + path, body, ("Idempotency-Key", key + path));
}
