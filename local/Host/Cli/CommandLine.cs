using System.Runtime.InteropServices;
using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Local.Host.Cli;

/// <summary>Runs the app until Ctrl+C or SIGTERM.</summary>
public static class CommandLine
{
    /// <returns>0 after an orderly end, 1 after a fault; a known one is told in one sentence.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var options = CliOptions.Parse(arguments);
            if (options.Help) Console.WriteLine(CliOptions.Usage);
            else await ServeAsync(options, stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception fault)
        {
            await Console.Error.WriteLineAsync(Sentence(fault) ?? fault.ToString());
            return 1;
        }

        // The second signal ends the process as if there were no handler.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static async Task ServeAsync(CliOptions options, CancellationToken stop)
    {
        var root = RepositoryRoot.Find();
        var settings = LocalSettings.Load(root);
        await using var storage = await LocalStorage.OpenAsync(
            options, settings.GetValueOrDefault("AzureWebJobsStorage"), root, stop);
        settings["AzureWebJobsStorage"] = storage.ConnectionString;
        // The app runs elsewhere; for a person the folder begins at the repository.
        settings[Greeting.LettersSetting] = Path.Combine(
            root, settings.GetValueOrDefault(Greeting.LettersSetting) ?? Greeting.LettersDefault);
        await using var host = await LocalHost.StartAsync(HostOptions(options, settings, storage), stop);
        Console.WriteLine(Greeting.For(host, settings, storage.Description));
        KillPoints.Reach("host-started");
        await host.Ended.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stop.IsCancellationRequested)
        {
            await host.Ended;
            throw new LocalHostException("The app has ended by itself; the log above says why.");
        }

        Console.WriteLine("Stopping.");
    }

    private static LocalHostOptions HostOptions(
        CliOptions options, Dictionary<string, string?> settings, LocalStorage storage)
    {
        var bus = ServiceBusSetting.Choose(options.ServiceBusPort, settings);
        var host = new LocalHostOptions
        {
            Url = options.Url,
            StorageConnection = storage.ConnectionString,
            ServiceBusPort = bus,
            ActivityRedelivery = TimeSpan.FromSeconds(options.ActivityRedeliverySeconds),
            Console = options.Quiet ? ConsoleLog.Quiet : ConsoleLog.Normal,
        };
        foreach (var (name, value) in settings) host.Settings[name] = value;
        return host;
    }

    private static string? Sentence(Exception fault) => fault switch
    {
        LocalHostException or OptionsValidationException => fault.Message,
        _ => null,
    };
}
