using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Cards;

/// <summary>Asking for a batch of cards while storage fails, and twice at once. Nothing that is started runs.</summary>
public sealed class StartBatchFaultTests(AzuriteFixture azurite)
{
    private readonly RecordedStarts _starts = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Asking_survives_a_fault_at_every_storage_call_also_when_the_SDK_repeats_it(int retries)
    {
        await using var app = await OpenAsync(retries);
        var shelf = await WarmAsync(app);
        await FaultEnumeration.RunAsync(
            $"card: start a batch, {retries} retries of the SDK", app.Probe, () => Task.FromResult(app.NewName("batch")),
            async key => (await AskAsync(shelf, key)).Status == 202,
            key => AskedOnceAsync(shelf, key));
    }

    [Fact]
    public async Task The_same_request_twice_at_once_starts_once_wherever_one_is_held_back()
    {
        await using var app = await OpenAsync();
        var shelf = await WarmAsync(app);
        await FaultEnumeration.PauseAsync(
            "card: batch and batch", app.Probe, () => Task.FromResult(app.NewName("batch")),
            async key => (await AskAsync(shelf, key)).Expect(202).IsSuccess,
            async key => (await AskAsync(shelf, key)).Expect(202).IsSuccess,
            key => AskedOnceAsync(shelf, key));
        _starts.IsHidden = true;
        await AskAsync(shelf, "hidden");
        await AskedOnceAsync(shelf, "hidden");
    }

    private async Task<AppUnderTest> OpenAsync(int retries = 0)
    {
        var app = new AppUnderTest(azurite) { RetriesMax = retries, Replace = _starts.Replace };
        await app.InitializeAsync();
        return app;
    }

    /// <summary>A shop whose key and program are known to the app already, so that each request makes the same calls.
    /// </summary>
    private static async Task<Cardholders> WarmAsync(AppUnderTest app)
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        (await shelf.Shop.GetAsync(Cardholders.Cards)).Expect(200);
        return shelf;
    }

    private static Task<ApiAnswer> AskAsync(Cardholders shelf, string key) =>
        shelf.Shop.PostAsync(Cardholders.Cards, new { count = 1000 }, ("Idempotency-Key", key));

    private async Task AskedOnceAsync(Cardholders shelf, string key)
    {
        var again = (await AskAsync(shelf, key)).Expect(202);
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        Assert.Equal(1, _starts.CountOf(again.Text("batchId")));
    }
}
