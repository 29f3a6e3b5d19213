using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Local.Host.ServiceBus;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Bench;

/// <summary>Payments of terminals from end to end: sent to the queue until the last one has earned its points, beside
/// the same number of storage calls made raw, as many at once. Prints messages a second, storage calls a message, and
/// the share of the floor; nothing is asserted.</summary>
internal static class MessageRun
{
    private const int Messages = 1_000;
    private const int Cards = 50;
    private const string Queue = "terminal-transactions";

    // As host.json has it.
    private const int AtOnce = 16;

    public static async Task RunAsync(
        LocalHost host, HttpClient client, CallCounter counter, TableClient raw, CancellationToken cancel)
    {
        for (var i = 0; i < Cards; i++) await TeachAsync(client, i, cancel);
        var bus = host.Services.GetRequiredService<LocalServiceBus>();
        await using var terminals = new ServiceBusClient(bus.ConnectionString);
        var sender = terminals.CreateSender(Queue);
        await SendAsync(sender, "warm", Cards, cancel);
        await UntilDoneAsync(bus, cancel);

        counter.Reset();
        var watch = Stopwatch.StartNew();
        await SendAsync(sender, "bench", Messages, cancel);
        await UntilDoneAsync(bus, cancel);
        var took = watch.Elapsed;
        var calls = counter.Calls;

        watch.Restart();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, calls),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (i, c) => await raw.UpsertEntityAsync(
                new TableEntity($"m{i % Cards}", $"{i}") { ["Data"] = new byte[512] }, TableUpdateMode.Replace, c));
        Console.WriteLine(
            $"messages from queue to points: {Messages / took.TotalSeconds:0} a second; "
            + $"{calls / (double)Messages:0.0} storage calls a message; "
            + $"as many raw writes: {watch.Elapsed / took:0.00} of the time");
    }

    private static async Task TeachAsync(HttpClient client, int card, CancellationToken cancel)
    {
        await client.PutAsJsonAsync($"profiles/card-{card}", new { kind = "guest", name = "Zoë" }, cancel);
        var answer = await client.PutAsJsonAsync(
            $"sessions/teach-{card}",
            new
            {
                state = "closed",
                channel = "online",
                profileId = $"card-{card}",
                items = new[] { new { sku = "TEA", quantity = 1, unitPrice = 100 } },
                payments = new[] { new { method = "card", amount = 100, fingerprint = $"fp-{card}" } },
            },
            cancel);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task SendAsync(ServiceBusSender sender, string run, int count, CancellationToken cancel)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(100))
            await sender.SendMessagesAsync(some.Select(i => Message(run, i)), cancel);
    }

    private static ServiceBusMessage Message(string run, int i) => new(new JsonObject
    {
        ["eventId"] = $"e-{run}-{i}",
        ["type"] = "payment.completed",
        ["transactionId"] = $"{run}-{i}",
        ["occurredAt"] = TimeProvider.System.GetUtcNow().ToString("O"),
        ["application"] = "shop",
        ["amount"] = 2500,
        ["currency"] = "EUR",
        ["fingerprint"] = $"fp-{i % Cards}",
    }.ToJsonString());

    /// <summary>Waits until every message was worked on and completed.</summary>
    private static async Task UntilDoneAsync(LocalServiceBus bus, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await bus.CountAsync(Queue) > 0) await timer.WaitForNextTickAsync(cancel);
    }
}

/// <summary>Counts the storage calls of the app.</summary>
internal sealed class CallCounter : HttpPipelineSynchronousPolicy
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public void Reset() => Volatile.Write(ref _calls, 0);

    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _calls);
}
