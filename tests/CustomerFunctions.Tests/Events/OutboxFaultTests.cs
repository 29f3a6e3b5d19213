using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Events;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Events;

/// <summary>Each storage call of the publisher fails once, or is held back while another publisher runs: every event is
/// sent, in its aggregate's order, and nothing of it is left in storage.</summary>
public sealed class OutboxFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Subscription = "customer-events/subscriptions/all";
    private const int MessagesMax = 100_000;

    /// <summary>A customer with three events, whose wallet has two.</summary>
    private sealed record Case(string Zoe, int SentBefore);

    private OutboxPublisher Publisher => app.Services.GetRequiredService<OutboxPublisher>();

    private LocalServiceBus Bus => app.Services.GetRequiredService<LocalServiceBus>();

    private StorageAccount Storage => app.Services.GetRequiredService<StorageAccount>();

    [Fact]
    public async Task Every_event_is_sent_in_order_whichever_storage_call_of_the_publisher_fails()
    {
        var shop = await OpenAsync();
        // Cases differ in whether their two aggregates share a shard.
        var tried = await FaultEnumeration.RunAsync(
            "publish events", app.Probe, () => NewCaseAsync(shop),
            async _ =>
            {
                await BreakLeasesAsync();
                await Publisher.PublishAsync(default);
                return (await RowsAsync(Outbox.TableName)).Count == 0;
            },
            SentAsync, callsVary: true);
        Assert.True(tried > 10, $"{tried} faults");
    }

    [Fact]
    public async Task Two_publishers_send_every_event_once_wherever_one_is_held_back()
    {
        var shop = await OpenAsync();
        var tried = await FaultEnumeration.PauseAsync(
            "publish and publish", app.Probe, () => NewCaseAsync(shop), PublishAsync, PublishAsync,
            c => SentAsync(c, once: true), callsVary: true);
        Assert.True(tried > 8, $"{tried} pauses");

        async Task<bool> PublishAsync(Case _)
        {
            await Publisher.PublishAsync(default);
            return (await RowsAsync(Outbox.TableName)).Count == 0;
        }
    }

    private async Task<ApiClient> OpenAsync()
    {
        var shop = await app.NewApplicationAsync();
        Assert.True((await shop.PutAsync("programs/stars", new { title = "Stars" })).IsSuccess);
        // The blobs that are leased are there from the first run on.
        await BreakLeasesAsync();
        return shop;
    }

    private async Task<Case> NewCaseAsync(ApiClient shop)
    {
        var zoe = app.NewName("zoe");
        for (var i = 0; i < 3; i++)
            Assert.True((await shop.PutAsync($"profiles/{zoe}", new { kind = "guest", name = $"Zoe {i}" })).IsSuccess);
        for (var i = 0; i < 2; i++)
            (await shop.PostAsync($"programs/stars/profiles/{zoe}/points", new
            {
                points = 1,
                reason =
                "x"
            })).Expect(201);
        Assert.Equal(2, (await RowsAsync(Outbox.TableName)).Count);
        return new Case(zoe, (await Bus.PeekAsync(Subscription, MessagesMax)).Count);
    }

    private Task SentAsync(Case c) => SentAsync(c, once: false);

    private async Task SentAsync(Case c, bool once)
    {
        var sent = (await Bus.PeekAsync(Subscription, MessagesMax)).OrderBy(m => m.SequenceNumber).Skip(c.SentBefore)
            .ToLookup(m => m.SessionId![..m.SessionId!.IndexOf('/')]);
        Assert.Equal(["profile", "wallet"], sent.Select(s => s.Key).Order());
        foreach (var (kind, count) in new[] { ("profile", 3), ("wallet", 2) })
        {
            var ids = sent[kind].Select(m => m.MessageId).ToList();
            var subject = Assert.Single(sent[kind].Select(m => m.SessionId!).Distinct());
            var aggregate = new Aggregate(kind, subject[(kind.Length + 1)..]);
            // Repeats may follow; what comes first keeps its order.
            Assert.Equal(Enumerable.Range(1, count).Select(i => CloudEvent.IdOf(aggregate, i)), ids.Distinct());
            if (once) Assert.Equal(count, ids.Count);
        }

        Assert.Empty(await RowsAsync(Outbox.TableName));
        foreach (var table in new[] { ProfilesTable.TableName, WalletTable.TableName })
        {
            var rows = await RowsAsync(table);
            Assert.DoesNotContain(rows, r => r.RowKey.StartsWith(Outbox.RowPrefix, StringComparison.Ordinal));
            Assert.DoesNotContain(rows, r => r.GetBoolean("OutboxMarked") is true);
            Assert.Contains(rows, r => r.GetBoolean("OutboxMarked") is false);
        }
    }

    private async Task<List<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        // Past the probe: looking is no call of the publisher's.
        var client = new TableClient(app.StorageConnection, app.Prefix + table);
        await foreach (var row in client.QueryAsync<TableEntity>()) rows.Add(row);
        return rows;
    }

    /// <summary>Ends the leases of publishers that broke off, which otherwise takes a minute.</summary>
    private async Task BreakLeasesAsync()
    {
        var name = Storage.Container(PublisherLeases.ContainerName).Name;
        var locks = new BlobContainerClient(app.StorageConnection, name);
        for (var shard = 0; shard < Outbox.Shards; shard++)
        {
            var blob = locks.GetBlobClient($"outbox-0{shard:x}");
            if (!await blob.ExistsAsync()) await blob.UploadAsync(BinaryData.FromString(""));
            try
            {
                await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
            }
            catch (RequestFailedException e) when (e.Status == 409)
            {
                // Nobody has it.
            }
        }
    }
}
