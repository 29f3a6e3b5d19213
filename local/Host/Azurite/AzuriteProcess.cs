using System.Diagnostics;
using System.Text;

namespace CustomerFunctions.Local.Host.Azurite;

/// <summary>A running Azurite that ends with this object, and also when this process is killed.</summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    private const int StartTries = 3;
    private const string KeepAliveSeconds = "120";

    // Azurite is ended in good order when standard input closes, which the system sees to when the parent is killed.
    // Signals are not for it: Ctrl+C reaches it too, but the app still needs its storage to stop.
    private const string Wrapper =
        """
        let close;
        const once = process.once;
        process.once = function (name, handler) {
          if (name !== 'SIGINT') return once.call(this, name, handler);
          close = handler;
          return this;
        };
        process.on('SIGINT', () => {});
        const stop = () => {
          setTimeout(() => process.exit(0), 3000).unref();
          if (close) close();
          else process.exit(0);
        };
        process.stdin.on('end', stop).on('error', stop).resume();
        process.argv.splice(1, 0, 'azurite');
        require('azurite/dist/src/azurite.js');
        """;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly AzuritePorts _ports;
    private readonly StringBuilder _output = new();

    private AzuriteProcess(Process process, AzuritePorts ports)
    {
        _process = process;
        _ports = ports;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Opens blobs, queues and tables of this Azurite.</summary>
    public string ConnectionString => _ports.ConnectionString();

    /// <summary>The process id of node.</summary>
    public int Id => _process.Id;

    /// <summary>Starts Azurite and waits until its three services listen.</summary>
    /// <exception cref="LocalHostException">Node is missing, a port is taken, or Azurite ended at once.</exception>
    public static async Task<AzuriteProcess> StartAsync(AzuriteOptions options, CancellationToken cancel)
    {
        var root = RepositoryRoot.Find();
        await NodePackages.EnsureAsync(root, cancel);
        for (var attempt = 1; ; attempt++)
        {
            var ports = AzuritePorts.Choose(options);
            RefuseTaken(ports);
            var azurite = new AzuriteProcess(NodePackages.Start(Command(options, ports, root)), ports);
            var fault = await azurite.WaitUntilListeningAsync(cancel);
            if (fault is null) return azurite;
            await azurite.DisposeAsync();

            // A port that was free when chosen may have been taken meanwhile; only free choices are worth another try.
            var anyFree = options.BlobPort == 0 || options.QueuePort == 0 || options.TablePort == 0;
            if (!anyFree || attempt == StartTries) throw new LocalHostException(fault);
        }
    }

    /// <summary>Ends Azurite, in good order if it can be had within five seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static void RefuseTaken(AzuritePorts ports)
    {
        if (ports.Taken() is [var first, ..])
            throw new LocalHostException($"Port {first}, which Azurite needs, is taken by another program.");
    }

    private static ProcessStartInfo Command(AzuriteOptions options, AzuritePorts ports, string root)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (options.HeapMebibytes is { } heap) start.ArgumentList.Add($"--max-old-space-size={heap}");
        string[] arguments =
        [
            "-e", Wrapper, "--", "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            "--disableProductStyleUrl",
            // Node closes idle connections after five seconds, at times just when a client sends something; clients
            // close theirs after a minute.
            "--blobKeepAliveTimeout", KeepAliveSeconds, "--queueKeepAliveTimeout", KeepAliveSeconds,
            "--tableKeepAliveTimeout", KeepAliveSeconds,
            "--blobPort", $"{ports.Blob}", "--queuePort", $"{ports.Queue}", "--tablePort", $"{ports.Table}",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var argument in Storage(options.Location)) start.ArgumentList.Add(argument);
        return start;
    }

    // Azurite ends at once when it is given both.
    private static string[] Storage(string? location) =>
        location is null
            ? ["--inMemoryPersistence"]
            : ["--location", Directory.CreateDirectory(location).FullName];

    private async Task<string?> WaitUntilListeningAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(StartLimit);
        try
        {
            while (!_process.HasExited)
            {
                if (await _ports.AnswerAsync(limit.Token)) return null;
                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }

            await _process.WaitForExitAsync(cancel);
            return $"Azurite ended with code {_process.ExitCode} while starting: {Output()}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"Azurite did not listen within {StartLimit.TotalSeconds:0} seconds: {Output()}";
        }
    }

    private void Keep(string? line)
    {
        lock (_output) _output.AppendLine(line);
    }

    private string Output()
    {
        lock (_output) return _output.ToString().Trim();
    }
}
