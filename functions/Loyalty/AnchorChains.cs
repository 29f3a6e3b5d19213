using System.Collections.Concurrent;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Loyalty;

/// <summary>Writes down, where nobody can change it, what the chains of the day's wallets are after midnight. Late,
/// twice or on two machines it writes some lines twice, which is harmless.</summary>
public sealed partial class AnchorChains(
    DueIndex due, WalletTable wallets, ChainAnchors anchors, TimeProvider clock, ILogger<AnchorChains> logger)
{
    // Wallets of which a line is held at a time.
    private const int WalletsTogether = 5_000;
    private const int CallsAtOnce = 8;

    // A writer from before midnight may still be at work on a chain of that day.
    private static readonly TimeSpan WriterTime = TimeSpan.FromMinutes(5);

    private sealed record Marked(DueItem Item, WalletId Wallet, ChainAnchor? Head);

    [Function(nameof(AnchorChains))]
    public async Task Run([TimerTrigger("%AnchorChainsSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        var (now, anchored, faults) = (clock.GetUtcNow(), 0, new ConcurrentQueue<Exception>());
        var items = due.ReadAsync(WalletWriter.AnchorKind, now - WriterTime, cancel);
        await foreach (var some in items.Chunk(WalletsTogether))
        {
            var marked = await ReadAsync(some, now, faults, cancel);
            foreach (var shard in marked.GroupBy(m => (
                m.Wallet.Environment, m.Wallet.Program, Shard: ChainAnchors.ShardOf(m.Wallet))))
                await TryAsync(() => AnchorAsync([.. shard], now, cancel), faults);
            anchored += marked.Count;
        }

        if (anchored > 0) Log.Anchored(logger, anchored, timer.IsPastDue);
        if (!faults.IsEmpty) throw new AggregateException(faults);
    }

    private async Task<IReadOnlyCollection<Marked>> ReadAsync(
        DueItem[] items, DateTimeOffset now, ConcurrentQueue<Exception> faults, CancellationToken cancel)
    {
        var marked = new ConcurrentBag<Marked>();
        await Parallel.ForEachAsync(items, Calls(cancel), async (item, c) => await TryAsync(
            async () =>
            {
                var wallet = WalletId.Parse(item.Subject);
                var last = await wallets.FindChainAsync(wallet, c);
                var head = last is var (seq, hash) ? new ChainAnchor(seq, hash, now) : null;
                marked.Add(new Marked(item, wallet, head));
            },
            faults));
        return marked;
    }

    // A mark without a wallet is left of a write that failed.
    private async Task AnchorAsync(IReadOnlyList<Marked> marked, DateTimeOffset now, CancellationToken cancel)
    {
        var first = marked[0].Wallet;
        var heads = marked.Where(m => m.Head is not null).Select(m => (m.Wallet, m.Head!)).ToList();
        if (heads.Count > 0)
            await anchors.AppendAsync(
                first.Environment, first.Program, ChainAnchors.ShardOf(first), heads, now, cancel);
        await Parallel.ForEachAsync(
            marked, Calls(cancel), async (m, c) => await due.RemoveAsync(m.Item, c));
    }

    // One fault must not hold back the others for a day; what it left marked is tried again then.
    private static async Task TryAsync(Func<Task> act, ConcurrentQueue<Exception> faults)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            faults.Enqueue(e);
        }
    }

    private static ParallelOptions Calls(CancellationToken cancel) =>
        new() { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancel };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Anchored the chains of {Wallets} wallets (late: {IsPastDue}).")]
        public static partial void Anchored(ILogger logger, int wallets, bool isPastDue);
    }
}
