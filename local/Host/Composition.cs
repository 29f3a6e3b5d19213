using System.Reflection;
using System.Text.Json;
using Azure.Core.Pipeline;
using CustomerFunctions.Local.Host.Blobs;
using CustomerFunctions.Local.Host.Cli;
using CustomerFunctions.Local.Host.Durable;
using CustomerFunctions.Local.Host.Functions;
using CustomerFunctions.Local.Host.Http;
using CustomerFunctions.Local.Host.ServiceBus;
using CustomerFunctions.Local.Host.Timers;
using CustomerFunctions.Local.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CustomerFunctions.Local.Host;

/// <summary>Adds the host's parts to the app's services.</summary>
internal sealed class Composition(LocalHostOptions options)
{
    // Long enough for the requests under way, short enough for a person who pressed Ctrl+C.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    public static Assembly App(LocalHostOptions options) => options.App ?? Assembly.Load("CustomerFunctions");

    /// <summary>Settings are there before the app's Program reads them, as environment variables would be.</summary>
    public void AddSettings(FunctionsApplicationBuilder builder)
    {
        var settings = options.Settings.Select(s => KeyValuePair.Create(s.Key.Replace("__", ":"), s.Value));
        builder.Configuration.AddInMemoryCollection(settings);
        // Its port is taken now, so that the app reads where to connect.
        var bus = builder.Services.AddLocalServiceBus(options);
        builder.Configuration[ServiceBusSettings.Default] ??= bus.ConnectionString;
    }

    /// <summary>The host's services come after the app's, so they start last and stop first.</summary>
    public void AddServices(FunctionsApplicationBuilder builder)
    {
        var app = App(options);
        var settings = new HostSettings(builder.Configuration, Path.GetDirectoryName(app.Location)!);
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(settings);
        var catalog = FunctionIndexer.Index(app, options.Serves);
        services.AddSingleton(catalog);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ParameterBinding>();
        services.AddSingleton<IFunctionInvoker, FunctionInvoker>();
        services.Configure<JsonSerializerOptions>(json => json.PropertyNameCaseInsensitive = true);
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        AddLogging(builder.Logging, settings);
        AddTriggers(services, catalog);
        if (KillPoints.IsChosen(TableCallKillPoint.Name))
            services.AddSingleton<HttpPipelinePolicy>(new TableCallKillPoint(options.StorageConnection));
        options.Configure?.Invoke(builder);
    }

    private void AddTriggers(IServiceCollection services, FunctionCatalog catalog)
    {
        services.AddBlobTriggers();
        services.AddTimerTriggers();
        services.AddServiceBusTriggers();
        // An app without orchestrations needs no storage for them.
        if (catalog.All.Any(f => f.Trigger is OrchestrationTriggerAttribute or ActivityTriggerAttribute))
            services.AddDurableTask(options);
        // HTTP last: nothing is answered before the other triggers are ready.
        services.AddHttpTriggers();
    }

    private void AddLogging(ILoggingBuilder logging, HostSettings settings)
    {
        logging.ClearProviders();
        if (options.Console == ConsoleLog.None) return;
        logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        // The host has one line of its own for each request, and its greeting says where it listens.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        if (options.Console == ConsoleLog.Quiet) logging.SetMinimumLevel(LogLevel.Warning);
        else logging.AddConfiguration(settings.HostJson.GetSection("logging"));
    }
}
