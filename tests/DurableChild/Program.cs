using CustomerFunctions.Local.Host;
using CustomerFunctions.Local.Host.Durable;
using CustomerFunctions.Local.Host.DurableChild;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Arguments: storage connection string, prefix of tables, orchestrator. The orchestration is started when it is not
// there, and its output printed when it has ended.
var (connection, prefix, orchestrator) = (args[0], args[1], args[2]);
var options = new LocalHostOptions
{
    Url = "http://localhost:0",
    ServiceBusPort = 0,
    RunTimers = false,
    StorageConnection = connection,
    Prefix = prefix,
    ActivityRedelivery = TimeSpan.FromSeconds(2),
    App = typeof(Trip).Assembly,
    EntryPoint = arguments =>
    {
        var builder = FunctionsApplication.CreateBuilder(arguments);
        builder.Services.AddSingleton(new Effects(connection, prefix));
        builder.ConfigureFunctionsWebApplication();
        builder.Build().Run();
    },
};
options.Configure = builder => builder.Services.AddDurableTask(options);
await using var host = await LocalHost.StartAsync(options, CancellationToken.None);
var client = host.Services.GetRequiredService<DurableTaskClient>();
if (await client.GetInstanceAsync("trip", CancellationToken.None) is null)
    await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, null, new("trip"), CancellationToken.None);
var ended = await client.WaitForInstanceCompletionAsync("trip", getInputsAndOutputs: true, CancellationToken.None);
Console.WriteLine($"{ended.RuntimeStatus} {ended.SerializedOutput}");
