using System.Diagnostics;
using System.Globalization;

namespace CustomerFunctions.Local.Worker;

/// <summary>Named places in the local host where a test lets the process die as a power cut would.
/// The variable <c>CUSTOMERFUNCTIONS_KILL_AT</c> holds <c>point</c> or <c>point:n</c> (the n-th time);
/// <c>CUSTOMERFUNCTIONS_KILL_LOG</c> names a file that receives <c>killed at point</c> first.</summary>
public static class KillPoints
{
    private static readonly (string Name, int Count)? Target =
        Parse(Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_KILL_AT"));

    private static int _reached;

    /// <summary>Says that the process has come to a point; it does not return from the chosen one.</summary>
    public static void Reach(string name)
    {
        if (Target is not { } target || target.Name != name) return;
        if (Interlocked.Increment(ref _reached) == target.Count) Die(name);
    }

    /// <summary>Whether the point was chosen, so that a costly watch is set up only then.</summary>
    public static bool IsChosen(string name) => Target?.Name == name;

    internal static (string Name, int Count)? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var colon = text.LastIndexOf(':');
        return colon < 0 ? (text, 1) : (text[..colon], int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture));
    }

    private static void Die(string name)
    {
        if (Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_KILL_LOG") is { Length: > 0 } log)
        {
            using var file = new FileStream(log, FileMode.Append);
            file.Write(System.Text.Encoding.UTF8.GetBytes($"killed at {name}\n"));
            file.Flush(flushToDisk: true);
        }

        // On Linux and macOS this is SIGKILL: no handler, no finally, nothing flushed.
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
