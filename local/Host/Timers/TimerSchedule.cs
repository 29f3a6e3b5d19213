using System.Globalization;
using NCrontab;

namespace CustomerFunctions.Local.Host.Timers;

/// <summary>When a timer is due, in UTC: a cron expression of five or six fields, or an interval.</summary>
internal abstract class TimerSchedule
{
    private static readonly TimeSpan MonitoredFrom = TimeSpan.FromMinutes(1);

    /// <summary>Whether its status is kept: from a minute between runs on, and not for intervals.</summary>
    public abstract bool CanBeMonitored(DateTimeOffset now);

    /// <summary>The first instant after the given one.</summary>
    public abstract DateTimeOffset After(DateTimeOffset instant);

    /// <exception cref="FormatException">The text is neither.</exception>
    public static TimerSchedule Parse(string text)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero)
            return new Interval(interval);
        var withSeconds = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6;
        return CrontabSchedule.TryParse(text, new() { IncludingSeconds = withSeconds }) is { } cron
            ? new Cron(cron)
            : throw new FormatException($"'{text}' is neither a cron expression nor a time span.");
    }

    private sealed class Interval(TimeSpan length) : TimerSchedule
    {
        public override bool CanBeMonitored(DateTimeOffset now) => false;

        public override DateTimeOffset After(DateTimeOffset instant) => instant + length;
    }

    private sealed class Cron(CrontabSchedule cron) : TimerSchedule
    {
        public override bool CanBeMonitored(DateTimeOffset now)
        {
            var first = After(now);
            return After(first) - first >= MonitoredFrom;
        }

        public override DateTimeOffset After(DateTimeOffset instant) =>
            new(cron.GetNextOccurrence(instant.UtcDateTime), TimeSpan.Zero);
    }
}
