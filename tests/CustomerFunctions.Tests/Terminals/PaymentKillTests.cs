using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Tests.Imports;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>The local host's process is killed while it works through a queue of payments, and started again.</summary>
public sealed class PaymentKillTests : IAsyncLifetime
{
    private const int Payments = 150;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private AzuriteProcess? _azurite;

    public async ValueTask InitializeAsync() =>
        _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
    }

    [Theory]
    [InlineData("message-dispatched:40")]
    [InlineData("table-call:300")]
    public async Task No_message_is_lost_or_counted_twice_when_the_host_is_killed(string point)
    {
        var folder = Directory.CreateTempSubdirectory("payment-kill-");
        try
        {
            var log = Path.Combine(folder.FullName, "killed.log");
            using (var host = await ChildHost.StartAsync(_azurite!.ConnectionString, point, log))
            {
                await host.NewKeyAsync();
                await SendAsync(host, host.Application, point);
                await host.ExitAsync();
            }

            Assert.Equal($"killed at {point.Split(':')[0]}\n", await File.ReadAllTextAsync(log));
            using var again = await ChildHost.StartAsync(_azurite.ConnectionString, null, log);
            var key = await again.NewKeyAsync();
            var found = await AllPaymentsAsync(again, key);
            Assert.Equal(Payments, found.Length);
            Assert.Equal(Payments, found.Distinct().Count());
            var rejected = await again.SendAsync(HttpMethod.Get, "rejected-payments", key);
            Assert.Empty(rejected["items"]!.AsArray());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>All in one batch, so that the queue holds them whole before the first is worked on.</summary>
    private static async Task SendAsync(ChildHost host, string application, string run)
    {
        await using var client = new ServiceBusClient(host.ServiceBus);
        var sender = client.CreateSender("terminal-transactions");
        foreach (var some in Enumerable.Range(0, Payments).Chunk(50))
            try
            {
                await sender.SendMessagesAsync(some.Select(i => Message(application, $"{run}-{i}")));
            }
            catch (ServiceBusException e) when (e.IsTransient)
            {
                // The host died under it. A terminal sends again what was not accepted, and twice does no harm.
                Assert.Fail("The host was killed before the queue was full: choose a later point.");
            }
    }

    private static ServiceBusMessage Message(string application, string transaction) => new(new JsonObject
    {
        ["eventId"] = $"e-{transaction}",
        ["type"] = "payment.completed",
        ["transactionId"] = transaction,
        ["occurredAt"] = "2026-03-01T12:00:00Z",
        ["application"] = application,
        ["amount"] = 2500,
        ["currency"] = "EUR",
        ["fingerprint"] = $"fp-{transaction}",
    }.ToJsonString());

    private static async Task<string[]> AllPaymentsAsync(ChildHost host, string key)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var found = await PaymentsAsync(host, key);
            if (found.Length >= Payments) return found;
            await Task.Delay(Pause, deadline.Token);
        }
    }

    private static async Task<string[]> PaymentsAsync(ChildHost host, string key)
    {
        var found = new List<string>();
        var next = "";
        do
        {
            var page = await host.SendAsync(HttpMethod.Get, $"payments?limit=200{next}", key);
            found.AddRange(page["items"]!.AsArray().Select(p => p!["transactionId"]!.GetValue<string>()));
            next = page["next"] is { } cursor ? $"&cursor={cursor}" : null;
        }
        while (next is not null);
        return [.. found];
    }
}
