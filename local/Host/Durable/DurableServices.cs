using System.Reflection;
using System.Text.Json;
using CustomerFunctions.Local.Host.Durable.Running;
using CustomerFunctions.Local.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Local.Host.Durable;

/// <summary>Adds the durable engine to the app's services.</summary>
public static class DurableServices
{
    /// <summary>Adds the engine, the client for code and the one for <c>[DurableClient]</c> parameters.
    /// A second call changes nothing.</summary>
    public static IServiceCollection AddDurableTask(this IServiceCollection services, LocalHostOptions options)
    {
        if (services.Any(s => s.ServiceType == typeof(DurableEngine))) return services;
        services.TryAddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DataConverter>(provider =>
            new JsonDataConverter(provider.GetRequiredService<IOptions<JsonSerializerOptions>>().Value));
        services.AddSingleton(provider => DurableLimits.Of(HostJson(provider)));
        services.AddSingleton<DurableStorage>();
        services.AddSingleton<DurableFunctions>();
        services.AddSingleton<Ticker>();
        services.AddSingleton<Wakeups>();
        services.AddSingleton<Mailbox>();
        services.AddSingleton<Courier>();
        services.AddSingleton<ActivityWorker>();
        services.AddSingleton<RunnerTools>();
        services.AddSingleton<DurableEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<DurableEngine>());
        services.AddSingleton<DurableTaskClient, LocalDurableTaskClient>();
        services.AddSingleton<IInputBinder, DurableClientBinder>();
        return services;
    }

    private static IConfiguration HostJson(IServiceProvider provider) =>
        provider.GetService<HostSettings>()?.HostJson ?? new ConfigurationBuilder().Build();
}

/// <summary>Fills parameters marked with <see cref="DurableClientAttribute"/>.</summary>
internal sealed class DurableClientBinder(DurableTaskClient client) : IInputBinder
{
    public bool TryBind(ParameterInfo parameter, FunctionContext context, out object? value)
    {
        value = client;
        return parameter.IsDefined(typeof(DurableClientAttribute), inherit: false);
    }
}
