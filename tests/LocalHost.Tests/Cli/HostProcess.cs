using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;

namespace CustomerFunctions.Local.Host.Tests.Cli;

/// <summary>The command-line host in a process of its own, on free ports, with Azurite in memory.</summary>
internal sealed partial class HostProcess : IDisposable
{
    private const int Sigterm = 15;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public HostProcess(string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(LocalHost).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
    }

    public static int[] FreePorts(int count) => CustomerFunctions.Tests.FreePorts.Take(count);

    /// <summary>Options that put the host on five ports: HTTP, three of Azurite, Service Bus.</summary>
    public static string[] On(int[] ports) =>
    [
        "--urls", $"http://localhost:{ports[0]}", "--azurite-ports", $"{ports[1]},{ports[2]},{ports[3]}",
        "--service-bus-port", $"{ports[4]}", "--in-memory",
    ];

    public void Terminate() => Assert.Equal(0, Signal(_process.Id, Sigterm));

    public void Kill() => _process.Kill();

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Deadline);
        return _process.ExitCode;
    }

    public Task<string> ErrorsAsync() => _process.StandardError.ReadToEndAsync().WaitAsync(Deadline);

    public Task UntilSaidAsync(string text) => UntilAsync(() => Output().Contains(text, StringComparison.Ordinal));

    public static Task UntilFreeAsync(int[] ports) => UntilAsync(() =>
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        return !listening.Any(l => ports.Contains(l.Port));
    });

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static async Task UntilAsync(Func<bool> isMet)
    {
        using var limit = new CancellationTokenSource(Deadline);
        while (!isMet()) await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
    }

    private void Keep(string? line)
    {
        lock (_output) _output.AppendLine(line);
    }

    private string Output()
    {
        lock (_output) return _output.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
