using System.Text.Json.Nodes;
using CustomerFunctions.Local.Host.ServiceBus;

namespace CustomerFunctions.Tests.Events;

/// <summary>A consumer that notes what it sees of each aggregate for the first time.</summary>
internal static class Arrivals
{
    public const string Subscription = "customer-events/subscriptions/all";

    private const int MessagesMax = 100_000;

    /// <summary>The sequences of each subject, in the order in which they first arrived.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<long>>> FirstAsync(LocalServiceBus bus)
    {
        var first = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in (await bus.PeekAsync(Subscription, MessagesMax)).OrderBy(m => m.SequenceNumber))
        {
            if (!seen.Add(message.MessageId)) continue;
            var told = JsonNode.Parse(message.Body.ToString())!;
            if (!first.TryGetValue($"{told["subject"]}", out var sequences))
                first[$"{told["subject"]}"] = sequences = [];
            sequences.Add(told["sequence"]!.GetValue<long>());
        }

        return first.ToDictionary(f => f.Key, f => (IReadOnlyList<long>)f.Value, StringComparer.Ordinal);
    }

    /// <summary>Asserts that every aggregate of a kind told so many events, gapless and in their order.</summary>
    public static void AssertGapless(
        IReadOnlyDictionary<string, IReadOnlyList<long>> first, string kind, int aggregates, int events)
    {
        var those = first.Where(f => f.Key.StartsWith($"{kind}/", StringComparison.Ordinal)).ToList();
        Assert.Equal(aggregates, those.Count);
        Assert.All(those, f => Assert.Equal(Enumerable.Range(1, events).Select(i => (long)i), f.Value));
    }
}
