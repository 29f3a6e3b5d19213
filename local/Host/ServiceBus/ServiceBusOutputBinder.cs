using System.Collections;
using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Local.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Sends what functions return:
/// a text or bytes as they are, an array's items one by one, all else as JSON.</summary>
internal sealed class ServiceBusOutputBinder(
    IConfiguration configuration, HostSettings settings, IOptions<JsonSerializerOptions> json)
    : IOutputBinder, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ServiceBusClient> _clients = new();

    public bool Serves(OutputBindingAttribute attribute) => attribute is ServiceBusOutputAttribute;

    public async Task SendAsync(OutputBindingAttribute attribute, object? value, CancellationToken cancel)
    {
        var output = (ServiceBusOutputAttribute)attribute;
        var messages = Messages(value).ToList();
        if (messages.Count == 0) return;
        if (!settings.TryResolve(output.QueueOrTopicName, out var name))
            throw new InvalidOperationException($"'{output.QueueOrTopicName}' names a setting that is not there.");
        var connection = ServiceBusSettings.Connection(configuration, output.Connection)
            ?? throw new InvalidOperationException(
                $"There is no setting '{output.Connection ?? ServiceBusSettings.Default}'.");
        var client = _clients.GetOrAdd(connection.Text, text => new ServiceBusClient(text));
        await using var sender = client.CreateSender(name);
        await sender.SendMessagesAsync(messages, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values) await client.DisposeAsync();
    }

    private IEnumerable<ServiceBusMessage> Messages(object? value) => value switch
    {
        null => [],
        string text => [new ServiceBusMessage(text)],
        byte[] bytes => [new ServiceBusMessage(bytes)],
        BinaryData data => [new ServiceBusMessage(data)],
        IDictionary map => [Json(map)],
        IEnumerable items => items.Cast<object?>().SelectMany(Messages),
        var one => [Json(one)],
    };

    private ServiceBusMessage Json(object value) =>
        new(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), json.Value)))
        {
            ContentType = "application/json",
        };
}
