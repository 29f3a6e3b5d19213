using Azure.Identity;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Events;

/// <summary>Domain events: the outbox beside every change, and the publisher that empties it.</summary>
public static class EventsArea
{
    private const string Setting = "ServiceBus";

    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddEvents(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Outbox>().AddTable(Outbox.TableName);
        builder.Services.AddSingleton<OutboxReader>();
        builder.Services.AddSingleton<PublisherLeases>().AddContainer(PublisherLeases.ContainerName);
        builder.Services.AddSingleton(p => Connect(p.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton<EventTopic>();
        builder.Services.AddSingleton<OutboxPublisher>();
        return builder;
    }

    private static ServiceBusClient Connect(IConfiguration configuration) =>
        configuration[Setting] is { Length: > 0 } connection
            ? new ServiceBusClient(connection)
            : new ServiceBusClient(
                configuration[$"{Setting}:fullyQualifiedNamespace"] ?? throw new InvalidOperationException(
                    $"Set {Setting} to a connection string, or {Setting}__fullyQualifiedNamespace to a namespace."),
                new DefaultAzureCredential());
}
