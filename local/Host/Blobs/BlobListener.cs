using Azure.Storage.Blobs;
using CustomerFunctions.Local.Host.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Blobs;

/// <summary>Polls containers in place of the events that the cloud would send. It keeps its own time, so that an app
/// whose clock a test holds still is triggered all the same.</summary>
internal sealed partial class BlobListener(
    LocalHostOptions options, HostSettings settings, FunctionCatalog catalog, IFunctionInvoker invoker,
    IConfiguration configuration, ILogger<BlobListener> log) : IHostedService, IDisposable
{
    private const string DefaultConnection = "AzureWebJobsStorage";

    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var table = new BlobReceiptTable(options);
        var watches = catalog.StartedBy<BlobTriggerAttribute>()
            .Where(t => !settings.IsDisabled(t.Function.Name))
            .Select(t => Watch(t.Function, t.Trigger, table))
            .OfType<BlobWatch>()
            .ToList();
        if (watches.Count == 0) return;
        await table.CreateAsync(cancellationToken);
        foreach (var watch in watches) await watch.LoadAsync(cancellationToken);
        _watching = Task.WhenAll(watches.Select(RunAsync).ToList());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _watching.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(BlobWatch watch)
    {
        using var clock = new PeriodicTimer(options.BlobPolling);
        do
        {
            try
            {
                await watch.LookAsync(_stopping.Token);
            }
            catch (Exception fault) when (!_stopping.IsCancellationRequested)
            {
                // Storage is away or slow; the next look is the next try.
                Log.Unreadable(log, fault);
            }
        }
        while (await clock.WaitForNextTickAsync(_stopping.Token));
    }

    private BlobWatch? Watch(FunctionEntry function, BlobTriggerAttribute trigger, BlobReceiptTable table)
    {
        if (!settings.TryResolve(trigger.BlobPath, out var path))
        {
            Log.Unresolved(log, function.Name, trigger.BlobPath);
            return null;
        }

        var pattern = new BlobPathPattern(path);
        var connection = configuration[trigger.Connection ?? DefaultConnection] ?? options.StorageConnection;
        var container = new BlobContainerClient(connection, pattern.Container);
        return new(function.Name, pattern, container, new BlobCall(function, invoker), table, log);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Blobs could not be listed or recorded.")]
        public static partial void Unreadable(ILogger log, Exception fault);

        [LoggerMessage(LogLevel.Error, "Function {Name} is in error: {Path} names a setting that is not there.")]
        public static partial void Unresolved(ILogger log, string name, string path);
    }
}

/// <summary>Serves functions with a blob trigger.</summary>
internal static class BlobTriggers
{
    public static IServiceCollection AddBlobTriggers(this IServiceCollection services) =>
        services.AddHostedService<BlobListener>();
}
