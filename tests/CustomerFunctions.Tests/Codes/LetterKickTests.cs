using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Codes;

public sealed class LetterKickTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_letter_goes_out_without_waiting_for_the_timer()
    {
        await using var app = new AppUnderTest(azurite) { Settings = new() { ["Codes__SendAtOnce"] = "true" } };
        await app.InitializeAsync();
        var zoe = await Letterbox.NewAsync(app);
        (await zoe.RequestAsync()).Expect(202);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (app.Letters.To(zoe.Email).Length == 0) await Task.Delay(20, limit.Token);
        (await zoe.RedeemAsync(app.Letters.Secret(zoe.Email))).Expect(200);
    }
}
