using System.ComponentModel.DataAnnotations;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Events;

/// <summary>Settings under <c>Webhooks__</c>.</summary>
public sealed class WebhooksOptions
{
    /// <summary>Whether receivers may be reached by <c>http</c>; for development.</summary>
    public bool AllowInsecure { get; set; }

    /// <summary>Whether receivers may have addresses of our own network; for development.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>How long the topic's subscription locks a message for one delivery, in seconds; as it is set up.
    /// </summary>
    [Range(5, 300)]
    public int LockSeconds { get; set; } = 30;

    /// <summary>What receivers may be.</summary>
    public WebhookRules Rules => new(AllowInsecure, AllowPrivate);
}

/// <summary>Domain events: the outbox beside every change, the publisher that empties it, and webhooks.</summary>
public static class EventsArea
{
    private const string Setting = "ServiceBus";

    /// <summary>Registers the area. Needs Shared and Access.</summary>
    public static FunctionsApplicationBuilder AddEvents(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Outbox>().AddTable(Outbox.TableName);
        builder.Services.AddSingleton<OutboxReader>();
        builder.Services.AddSingleton<PublisherLeases>().AddContainer(PublisherLeases.ContainerName);
        builder.Services.AddSingleton(p => Connect(p.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton<EventTopic>();
        builder.Services.AddSingleton<OutboxPublisher>();
        AddWebhooks(builder.Services);
        return builder;
    }

    private static void AddWebhooks(IServiceCollection services)
    {
        services.AddOptions<WebhooksOptions>().BindConfiguration("Webhooks")
            .ValidateDataAnnotations().ValidateOnStart();
        services
            .AddSingleton<SubscriptionsTable>().AddTable(SubscriptionsTable.TableName)
            .AddSingleton<DeliveriesTable>().AddTable(DeliveriesTable.TableName)
            .AddSingleton<SubscriptionBook>()
            .AddSingleton<ReceiverHealth>()
            .AddSingleton<WebhookSender>()
            .AddSingleton<DeliveryDesk>()
            .AddSingleton<DeadDeliveries>()
            .AddSingleton<EventIntake>()
            .AddSingleton<EventReception>()
            .AddSingleton<WebhookRound>();
    }

    private static ServiceBusClient Connect(IConfiguration configuration) =>
        configuration[Setting] is { Length: > 0 } connection
            ? new ServiceBusClient(connection)
            : new ServiceBusClient(
                configuration[$"{Setting}:fullyQualifiedNamespace"] ?? throw new InvalidOperationException(
                    $"Set {Setting} to a connection string, or {Setting}__fullyQualifiedNamespace to a namespace."),
                new DefaultAzureCredential());
}
