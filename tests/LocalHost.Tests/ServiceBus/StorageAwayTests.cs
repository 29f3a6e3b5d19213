using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Local.Host.ServiceBus;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>Messages while their storage comes late, goes and comes back.</summary>
public sealed class StorageAwayTests
{
    [Fact]
    public async Task Sends_wait_while_storage_is_away_and_nothing_is_lost()
    {
        var folder = Directory.CreateTempSubdirectory("bus-");
        var ports = CustomerFunctions.Tests.FreePorts.Take(3);
        var place = new AzuriteOptions
        {
            Location = folder.FullName,
            BlobPort = ports[0],
            QueuePort = ports[1],
            TablePort = ports[2],
        };
        var azurite = await AzuriteProcess.StartAsync(place, TestContext.Current.CancellationToken);
        var options = TestBus.Options(azurite.ConnectionString);
        await using var bus = TestBus.Open(options);
        await bus.SendAsync("orders", new ServiceBusMessage("before"));
        await azurite.DisposeAsync();

        var sending = bus.SendAsync("orders", new ServiceBusMessage("meanwhile"));
        Assert.Equal(1, await bus.CountAsync("orders"));
        Assert.False(sending.IsCompleted);

        azurite = await AzuriteProcess.StartAsync(place, TestContext.Current.CancellationToken);
        await sending.WaitAsync(TimeSpan.FromSeconds(30));
        await using var restarted = TestBus.Open(options);
        var found = await restarted.PeekAsync("orders");
        Assert.Equal(["before", "meanwhile"], found.Select(m => m.Body.ToString()));
        await azurite.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_queue_that_is_not_loaded_yet_is_not_told_to_be_empty()
    {
        await using var azurite = await AzuriteProcess.StartAsync(
            new AzuriteOptions(), TestContext.Current.CancellationToken);
        var options = TestBus.Options(azurite.ConnectionString);
        await using (var first = TestBus.Open(options)) await first.SendAsync("orders", new ServiceBusMessage("before"));
        await using var restarted = TestBus.Open(options);
        var peek = new Message(new Map { ["message-count"] = 10, ["from-sequence-number"] = 0L })
        {
            ApplicationProperties = new ApplicationProperties { ["operation"] = "com.microsoft:peek-message" },
        };
        // Nobody has used the bus since it started: this is what loads it.
        var answer = await Management.For(restarted.Broker, "orders")!.AnswerAsync(peek);
        Assert.Equal(200, answer.Status);
        Assert.Single((System.Collections.IList)answer.Body!["messages"]);
    }
}
