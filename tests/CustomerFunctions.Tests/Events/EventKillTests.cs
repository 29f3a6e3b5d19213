using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Tests.Imports;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerFunctions.Tests.Events;

/// <summary>The local host's process is killed between the writing of events and their sending, and between their
/// sending and the removal of their rows, and started again.</summary>
public sealed class EventKillTests : IAsyncLifetime
{
    private const int Customers = 5;
    private const int Changes = 3;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private AzuriteProcess? _azurite;

    public async ValueTask InitializeAsync() =>
        _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
    }

    [Theory]
    [InlineData("messages-sending:3")]
    [InlineData("messages-sent:3")]
    public async Task No_event_is_lost_or_overtaken_when_the_host_is_killed(string point)
    {
        var folder = Directory.CreateTempSubdirectory("event-kill-");
        await using var receiver = await Receiver.StartAsync();
        try
        {
            var log = Path.Combine(folder.FullName, "killed.log");
            string key;
            using (var host = await ChildHost.StartAsync(_azurite!.ConnectionString, point, log))
            {
                key = await host.NewKeyAsync();
                await SubscribeAsync(host, key, receiver);
                await ChangeAllAsync(host, key);
                await host.ExitAsync();
            }

            Assert.Equal($"killed at {point.Split(':')[0]}\n", await File.ReadAllTextAsync(log));
            await PassAMinuteAsync();
            using (var again = await ChildHost.StartAsync(_azurite.ConnectionString, null, log))
            {
                Assert.True(await ChangeAllAsync(again, key));
                await UntilSentAsync();
                // Any order will do: what the webhooks promise is that all come.
                await receiver.UntilAsync(1, r => AllCame(receiver));
            }

            await using var bus = Open();
            var first = await Arrivals.FirstAsync(bus);
            Arrivals.AssertGapless(first, "profile", Customers, Changes);
            Arrivals.AssertGapless(first, "wallet", Customers, Changes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A minute later the publisher that died has no lease any more.
    private async Task PassAMinuteAsync()
    {
        var locks = new BlobContainerClient(_azurite!.ConnectionString, PublisherLeases.ContainerName);
        var held = 0;
        await foreach (var blob in locks.GetBlobsAsync())
        {
            if (blob.Properties.LeaseState != LeaseState.Leased) continue;
            held++;
            await locks.GetBlobClient(blob.Name).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        }

        Assert.True(held > 0, "The host was not killed while it published.");
    }

    private static bool AllCame(Receiver receiver)
    {
        var came = receiver.All.GroupBy(r => r.Subject).ToList();
        return came.Count == 2 * Customers && came.All(s => s.Select(r => r.Sequence).Distinct().Count() == Changes);
    }

    private static Task SubscribeAsync(ChildHost host, string key, Receiver receiver) => host.SendAsync(
        HttpMethod.Put, "events/subscriptions/crm", key,
        new JsonObject { ["url"] = receiver.Url(), ["events"] = new JsonArray("profile.*", "points.*") });

    /// <summary>Changes every customer and wallet, as a client would that has not heard; false when the host died.
    /// </summary>
    private static async Task<bool> ChangeAllAsync(ChildHost host, string key)
    {
        var program = new JsonObject { ["title"] = "Stars" };
        if (await host.TryAsync(HttpMethod.Put, "programs/stars", key, program, "p") is null) return false;
        for (var change = 0; change < Changes; change++)
            for (var i = 0; i < Customers; i++)
            {
                var name = new JsonObject { ["kind"] = "guest", ["name"] = $"Zoe {change}" };
                var put = await host.TryAsync(HttpMethod.Put, $"profiles/zoe-{i}", key, name, $"n-{i}-{change}");
                if (put is null) return false;
                Assert.Contains(put.Value, (int[])[200, 201]);
                var points = new JsonObject { ["points"] = 1, ["reason"] = "x" };
                var added = await host.TryAsync(
                    HttpMethod.Post, $"programs/stars/profiles/zoe-{i}/points", key, points, $"a-{i}-{change}");
                if (added is null) return false;
                Assert.Equal(201, added);
            }

        return true;
    }

    /// <summary>Waits until the outbox is empty.</summary>
    private async Task UntilSentAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var marks = new TableClient(_azurite!.ConnectionString, Outbox.TableName);
        while (await marks.QueryAsync<TableEntity>(cancellationToken: deadline.Token).AnyAsync(deadline.Token))
            await Task.Delay(Pause, deadline.Token);
    }

    /// <summary>The bus of the host that has ended, to look at what it holds.</summary>
    private LocalServiceBus Open()
    {
        var bus = new LocalServiceBus(new LocalHostOptions
        {
            StorageConnection = _azurite!.ConnectionString,
            ServiceBusPort = 0,
        });
        bus.Open(TimeProvider.System, NullLoggerFactory.Instance);
        return bus;
    }
}
