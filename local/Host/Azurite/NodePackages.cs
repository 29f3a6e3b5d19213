using System.ComponentModel;
using System.Diagnostics;

namespace CustomerFunctions.Local.Host.Azurite;

/// <summary>Node and the npm packages of the repository.</summary>
public static class NodePackages
{
    private const int OldestMajor = 20;

    /// <summary>Installs the packages with <c>npm ci</c> when Azurite is not there.</summary>
    /// <param name="root">The repository's root.</param>
    /// <exception cref="LocalHostException">Node is missing or too old, or the installation failed.</exception>
    public static async Task EnsureAsync(string root, CancellationToken cancel)
    {
        await CheckNodeAsync(cancel);
        if (IsInstalled(root)) return;
        await using var turn = await TakeTurnAsync(root, cancel);
        if (IsInstalled(root)) return;
        var (code, output) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], root, cancel);
        if (code != 0)
            throw new LocalHostException($"npm ci in {root} ended with code {code}: {output.Trim()}");
    }

    internal static bool IsInstalled(string root) =>
        File.Exists(Path.Combine(root, "node_modules", "azurite", "package.json"));

    private static async Task CheckNodeAsync(CancellationToken cancel)
    {
        var (_, version) = await RunAsync("node", ["--version"], Environment.CurrentDirectory, cancel);
        var major = version.Trim().TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, out var number) || number < OldestMajor)
            throw new LocalHostException($"Node {OldestMajor} or later is needed, but node is {version.Trim()}.");
    }

    // Several test processes may find the packages missing at once; one installs, the others wait.
    private static async Task<FileStream> TakeTurnAsync(string root, CancellationToken cancel)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(root, ".local")).FullName, "npm.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
            }
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(
        string command, string[] arguments, string folder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await errors);
    }

    internal static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception notFound)
        {
            throw new LocalHostException(
                $"'{start.FileName}' was not found: install Node {OldestMajor} or later (https://nodejs.org).",
                notFound);
        }
    }
}
