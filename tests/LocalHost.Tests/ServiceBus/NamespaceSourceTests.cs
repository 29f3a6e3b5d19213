using Azure.Messaging.ServiceBus;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Local.Host.Tests.Azurite;
using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>The pump's AMQP receiver, here against another local Service Bus instead of a namespace in Azure.</summary>
public sealed class NamespaceSourceTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Messages_are_received_renewed_given_back_and_completed_over_AMQP()
    {
        await using var bus = TestBus.Open(TestBus.Options(azurite.ConnectionString));
        await bus.SendAsync("orders", new ServiceBusMessage("x") { MessageId = "m1" });
        using var stop = new CancellationTokenSource();
        var seen = new Seen<string>();
        var source = new NamespaceSource(
            ServiceBusAddress.Parse(bus.ConnectionString), "orders", TimeProvider.System, NullLoggerFactory.Instance);
        var running = source.RunAsync(4, message => HandleAsync(message, seen), stop.Token);

        Assert.Equal("m1 1 True given back", await seen.NextAsync());
        Assert.Equal("m1 2 True completed", await seen.NextAsync());
        await stop.CancelAsync();
        await running;
        Assert.Equal(0, await bus.CountAsync("orders"));
    }

    [Fact]
    public void A_signature_names_its_audience_key_and_end()
    {
        var address = ServiceBusAddress.Parse(
            "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=app;SharedAccessKey=c2VjcmV0");
        Assert.Equal((5671, false), (address.Port, address.IsEmulator));
        var token = address.Token(address.Audience("orders"), DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        Assert.StartsWith(
            "SharedAccessSignature sr=amqps%3A%2F%2Fns.servicebus.windows.net%2Forders&sig=",
            token,
            StringComparison.Ordinal);
        Assert.EndsWith("&se=1800000000&skn=app", token, StringComparison.Ordinal);
    }

    private static async Task HandleAsync(TriggerMessage message, Seen<string> seen)
    {
        var data = TriggerBindingData.From(message);
        var renewed = await message.RenewAsync() > message.LockedUntil.AddTicks(-1);
        var isFirst = (string?)data["DeliveryCount"] == "1";
        await (isFirst ? message.AbandonAsync() : message.CompleteAsync());
        seen.Add($"{data["MessageId"]} {data["DeliveryCount"]} {renewed} {(isFirst ? "given back" : "completed")}");
    }
}
