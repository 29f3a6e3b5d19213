using System.Globalization;
using CustomerFunctions.Local.Host.Timers;

namespace CustomerFunctions.Local.Host.Tests.Timers;

public sealed class TimerScheduleTests
{
    [Theory]
    [InlineData("0 */5 * * * *", "2026-03-01T10:05:00Z")]
    [InlineData("*/5 * * * *", "2026-03-01T10:05:00Z")]
    [InlineData("30 0 3 * * *", "2026-03-02T03:00:30Z")]
    [InlineData("00:00:20", "2026-03-01T10:01:20Z")]
    [InlineData("1.00:00:00", "2026-03-02T10:01:00Z")]
    public void The_next_tick_follows_the_expression(string text, string expected) =>
        Assert.Equal(Instant(expected), TimerSchedule.Parse(text).After(Instant("2026-03-01T10:01:00Z")));

    [Theory]
    [InlineData("soon")]
    [InlineData("* * * *")]
    [InlineData("0 0 0 0 * *")]
    [InlineData("00:00:00")]
    public void What_is_neither_cron_nor_interval_is_refused(string text) =>
        Assert.Throws<FormatException>(() => TimerSchedule.Parse(text));

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
