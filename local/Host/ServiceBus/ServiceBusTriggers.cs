using CustomerFunctions.Local.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Adds the local Service Bus, the functions that it triggers, and the output binding.</summary>
public static class ServiceBusRegistration
{
    /// <summary>Takes the port at once, so that its number is known before anything starts.</summary>
    /// <exception cref="LocalHostException">The port is taken.</exception>
    public static LocalServiceBus AddLocalServiceBus(this IServiceCollection services, LocalHostOptions options)
    {
        var bus = new LocalServiceBus(options);
        // By a factory, so that the container disposes of it.
        services.AddSingleton(_ => bus);
        return bus;
    }

    /// <summary>Opens that Service Bus with the host, runs a pump for each function, and serves outputs.</summary>
    public static IServiceCollection AddServiceBusTriggers(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IOutputBinder, ServiceBusOutputBinder>();
        services.AddHostedService<ServiceBusTriggers>();
        return services;
    }
}

/// <summary>Opens the local Service Bus and runs a pump for each function that it triggers.</summary>
internal sealed class ServiceBusTriggers(
    LocalServiceBus bus, FunctionCatalog catalog, HostSettings settings, IConfiguration configuration,
    IServiceProvider services) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly ILoggerFactory _loggers = services.GetRequiredService<ILoggerFactory>();
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        bus.Open(_time, _loggers);
        var pumps = catalog.StartedBy<ServiceBusTriggerAttribute>()
            .Where(f => !settings.IsDisabled(f.Function.Name))
            .Select(f => Pump(f.Function, f.Trigger)).ToList();
        _running = Task.WhenAll(pumps.Select(
            p => Task.Run(() => p.RunAsync(_stop.Token, _abort.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await using var cut = cancellationToken.Register(_abort.Cancel);
        await _running.WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _abort.Dispose();
    }

    private ServiceBusPump Pump(FunctionEntry function, ServiceBusTriggerAttribute trigger)
    {
        CheckParameter(function, trigger);
        var host = settings.HostJson.GetSection("extensions:serviceBus");
        var options = new PumpOptions(
            // The defaults of the real extension.
            host.GetValue("maxConcurrentCalls", 16),
            host.GetValue("maxAutoLockRenewalDuration", TimeSpan.FromMinutes(5)));
        return new ServiceBusPump(
            function, Source(function, trigger), options, services.GetRequiredService<IFunctionInvoker>(), _time,
            _loggers.CreateLogger<ServiceBusPump>());
    }

    private ITriggerSource Source(FunctionEntry function, ServiceBusTriggerAttribute trigger)
    {
        var path = Path(function, trigger);
        var connection = ServiceBusSettings.Connection(configuration, trigger.Connection)
            ?? throw Fault(function, $"there is no setting '{trigger.Connection ?? ServiceBusSettings.Default}'");
        if (!connection.IsEmulator) return new NamespaceSource(connection, path, _time, _loggers);
        return bus.Broker.TryFindSource(path, out var entity)
            ? new LocalSource(bus.Broker, entity)
            : throw Fault(function, $"the local Service Bus has no '{path}'");
    }

    private string Path(FunctionEntry function, ServiceBusTriggerAttribute trigger) => trigger.QueueName is not null
        ? BusPaths.Normalise(Resolve(function, trigger.QueueName))
        : BusPaths.Subscription(
            Resolve(function, trigger.TopicName ?? ""), Resolve(function, trigger.SubscriptionName ?? ""));

    private string Resolve(FunctionEntry function, string name) => settings.TryResolve(name, out var resolved)
        ? resolved
        : throw Fault(function, $"'{name}' names a setting that is not there");

    private static void CheckParameter(FunctionEntry function, ServiceBusTriggerAttribute trigger)
    {
        Type[] served = [typeof(string), typeof(byte[]), typeof(BinaryData)];
        if (!served.Contains(function.TriggerParameter.ParameterType))
        {
            var type = function.TriggerParameter.ParameterType;
            throw Fault(function, $"messages bind to string, byte[] or BinaryData, not {type}");
        }

        if (trigger.IsBatched || trigger.IsSessionsEnabled || !trigger.AutoCompleteMessages)
            throw Fault(function, "batches, sessions and manual completion are not served");
    }

    private static LocalHostException Fault(FunctionEntry function, string why) =>
        new($"Function {function.Name} cannot be triggered by Service Bus: {why}.");
}
