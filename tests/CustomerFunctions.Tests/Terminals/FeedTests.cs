using System.Globalization;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>The same weeks at the terminals twice, through the function and over real storage: once clean and in order,
/// once shuffled, repeated, over failing storage and with deliveries that end halfway and come again. 300 events of 40
/// cards; CUSTOMERFUNCTIONS_FEED_EVENTS sets another number, and cards in proportion.</summary>
public sealed class FeedTests(AzuriteFixture azurite)
{
    private const int Seed = 20260301;
    private const int EventsInTests = 300;
    private const int CardsInTests = 40;
    private const int EventsAtFullSize = 5_000;
    private const int CardsAtFullSize = 300;

    [Fact]
    public async Task A_shuffled_repeated_and_interrupted_feed_ends_as_the_ordered_clean_one()
    {
        var setting = Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_FEED_EVENTS");
        var events = setting is null ? EventsInTests : int.Parse(setting, CultureInfo.InvariantCulture);
        var cards = events == EventsInTests ? CardsInTests : Math.Max(4, events * CardsAtFullSize / EventsAtFullSize);
        var ends = await Task.WhenAll(
            EndAsync(events, cards, run => run.LiveCleanAsync()),
            EndAsync(events, cards, async run =>
            {
                await run.LiveRoughlyAsync(new Random(Seed));
                Assert.True(run.Trouble.Lost > 0 && run.Trouble.Failed > 0, $"{run.Trouble}");
                Assert.True(run.Trouble.Deliveries > events, $"{run.Trouble}");
            }));
        Assert.Empty(ends[0].Except(ends[1]));
        Assert.Equal(ends[0], ends[1]);
        Assert.True(ends[0].Count(line => line.StartsWith("payment ", StringComparison.Ordinal)) > events / 4);
    }

    private async Task<IReadOnlyList<string>> EndAsync(int events, int cards, Func<FeedRun, Task> live)
    {
        await using var run = await FeedRun.StartAsync(azurite, start => Feed.Make(Seed, events, cards, start));
        await live(run);
        var state = new FeedState(run);
        Assert.True(await state.CountEventsAsync() > 0);
        return await state.ReadAsync();
    }
}
