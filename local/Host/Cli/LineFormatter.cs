using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace CustomerFunctions.Local.Host.Cli;

/// <summary>One line for each log entry: time, level unless it is information, source, message. An exception follows
/// below it, indented.</summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    // The generic host reports a failed start by this event; whoever started the host tells it in one sentence.
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";
    private const int StartFailed = 11;

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.Category == HostCategory && logEntry.EventId.Id == StartFailed) return;
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" ");
        var now = time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        textWriter.WriteLine($"{now} {Level(logEntry.LogLevel)}{Source(logEntry.Category)}: {message}");
        if (logEntry.Exception is { } fault)
            textWriter.WriteLine("    " + fault.ToString().ReplaceLineEndings("\n    "));
    }

    private static string Level(LogLevel level) =>
        level == LogLevel.Information ? "" : level.ToString().ToUpperInvariant() + " ";

    private static string Source(string category) => category[(category.LastIndexOf('.') + 1)..];
}
