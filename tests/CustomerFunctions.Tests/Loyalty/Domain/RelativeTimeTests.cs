using System.Globalization;
using CustomerFunctions.Loyalty.Domain;
using NodaTime;

namespace CustomerFunctions.Tests.Loyalty.Domain;

public sealed class RelativeTimeTests
{
    [Theory]
    // Talon.One's published table: a session that closes on Saturday 12 October 2024 at 07:20:50.
    [InlineData("10m", "2024-10-12T07:20:50", "2024-10-12T07:30:50")]
    [InlineData("1h", "2024-10-12T07:20:50", "2024-10-12T08:20:50")]
    [InlineData("5D", "2024-10-12T07:20:50", "2024-10-17T07:20:50")]
    [InlineData("5D_D", "2024-10-12T07:20:50", "2024-10-17T00:00:00")]
    [InlineData("5D_U", "2024-10-12T07:20:50", "2024-10-17T23:59:59")]
    [InlineData("1W", "2024-10-12T07:20:50", "2024-10-19T07:20:50")]
    [InlineData("1W_U", "2024-10-12T07:20:50", "2024-10-20T23:59:59")]
    [InlineData("1M", "2024-10-12T07:20:50", "2024-11-12T07:20:50")]
    [InlineData("1M_U", "2024-10-12T07:20:50", "2024-11-30T23:59:59")]
    // Weeks end on the Sunday of the Monday-to-Sunday week that the amount leads into.
    [InlineData("1W_U", "2024-10-13T07:20:50", "2024-10-20T23:59:59")]
    [InlineData("1W_U", "2024-10-14T00:00:00", "2024-10-27T23:59:59")]
    [InlineData("0W_U", "2024-10-12T07:20:50", "2024-10-13T23:59:59")]
    // Months clamp to the month's last day.
    [InlineData("1M", "2024-01-31T10:00:00", "2024-02-29T10:00:00")]
    [InlineData("1M_U", "2024-01-31T10:00:00", "2024-02-29T23:59:59")]
    [InlineData("1M", "2023-01-31T10:00:00", "2023-02-28T10:00:00")]
    [InlineData("1M", "2024-08-31T10:00:00", "2024-09-30T10:00:00")]
    [InlineData("12M", "2024-02-29T10:00:00", "2025-02-28T10:00:00")]
    [InlineData("1Y", "2024-02-29T10:00:00", "2025-02-28T10:00:00")]
    [InlineData("1Y_U", "2024-10-12T07:20:50", "2025-12-31T23:59:59")]
    [InlineData("0D_U", "2024-10-12T07:20:50", "2024-10-12T23:59:59")]
    [InlineData("0Y_U", "2024-10-12T07:20:50", "2024-12-31T23:59:59")]
    [InlineData("90s", "2024-10-12T07:20:50", "2024-10-12T07:22:20")]
    // Fractions of a second are cut off before counting.
    [InlineData("1h", "2024-10-12T07:20:50.999", "2024-10-12T08:20:50")]
    public void In_universal_time(string text, string from, string expected) =>
        Check(text, from + "Z", "UTC", expected + "Z");

    [Theory]
    // Berlin leaves summer time on 27 October 2024 at 03:00: calendar days keep the clock, hours keep the distance.
    [InlineData("1D", "2024-10-26T12:00:00+02:00", "Europe/Berlin", "2024-10-27T12:00:00+01:00")]
    [InlineData("24h", "2024-10-26T12:00:00+02:00", "Europe/Berlin", "2024-10-27T11:00:00+01:00")]
    [InlineData("1D_U", "2024-10-26T12:00:00+02:00", "Europe/Berlin", "2024-10-27T23:59:59+01:00")]
    [InlineData("1W_U", "2024-10-12T12:00:00+02:00", "Europe/Berlin", "2024-10-20T23:59:59+02:00")]
    // 02:30 occurs twice on 27 October: the first. It does not exist on 31 March: moved forward by the gap.
    [InlineData("1D", "2024-10-26T02:30:00+02:00", "Europe/Berlin", "2024-10-27T02:30:00+02:00")]
    [InlineData("1D", "2024-03-30T02:30:00+01:00", "Europe/Berlin", "2024-03-31T03:30:00+02:00")]
    [InlineData("1h", "2024-03-31T01:30:00+01:00", "Europe/Berlin", "2024-03-31T03:30:00+02:00")]
    // Midnight itself can be missing: Beirut skipped it on 31 March 2024.
    [InlineData("1D_D", "2024-03-30T12:00:00+02:00", "Asia/Beirut", "2024-03-31T01:00:00+03:00")]
    // The same instant lies on different days of different zones.
    [InlineData("1D_U", "2024-10-12T07:20:50Z", "Pacific/Auckland", "2024-10-13T23:59:59+13:00")]
    [InlineData("1D_U", "2024-10-12T06:20:50Z", "America/Los_Angeles", "2024-10-12T23:59:59-07:00")]
    [InlineData("1M_U", "2024-10-31T12:00:00Z", "Pacific/Auckland", "2024-12-31T23:59:59+13:00")]
    [InlineData("5D_D", "2024-10-12T23:30:00Z", "Asia/Kolkata", "2024-10-18T00:00:00+05:30")]
    public void In_a_zone(string text, string from, string zone, string expected) => Check(text, from, zone, expected);

    [Theory]
    [InlineData("")]
    [InlineData("D")]
    [InlineData("5")]
    [InlineData("0D")]
    [InlineData("-5D")]
    [InlineData("+5D")]
    [InlineData("5d")]
    [InlineData("5 D")]
    [InlineData("5D_X")]
    [InlineData("5D_d")]
    [InlineData("5h_U")]
    [InlineData("5m_D")]
    [InlineData("5W_D")]
    [InlineData("5M_D")]
    [InlineData("101Y")]
    [InlineData("99999999999D")]
    [InlineData("1.5D")]
    [InlineData("٥D")]
    public void What_is_no_amount_of_time(string text) => Assert.Null(RelativeTime.Parse(text));

    [Theory]
    [InlineData("30m")]
    [InlineData("5D_D")]
    [InlineData("1W_U")]
    [InlineData("1Y_U")]
    public void It_is_written_as_it_was_read(string text) => Assert.Equal(text, RelativeTime.Parse(text)!.ToString());

    [Theory]
    [InlineData("unlimited")]
    [InlineData("2026-03-01")]
    [InlineData("2026-03-01T12:00:00")]
    [InlineData("tomorrow")]
    public void What_is_no_start(string text) => Assert.NotNull(StartRule.Fault(text));

    [Theory]
    [InlineData("immediate")]
    [InlineData("2026-13-01T12:00:00Z")]
    [InlineData("1W_D")]
    public void What_is_no_expiry(string text) => Assert.NotNull(ExpiryRule.Fault(text));

    [Fact]
    public void The_largest_amounts_stay_within_the_calendar()
    {
        var from = new DateTimeOffset(2999, 12, 31, 23, 59, 59, TimeSpan.Zero);
        foreach (var text in new[] { "2147483647s", "52560000m", "876000h", "36500D_U", "5200W_U", "1200M_U",
            "100Y_U" })
            Assert.True(RelativeTime.Parse(text)!.After(from, DateTimeZone.Utc) > from, text);
    }

    private static void Check(string text, string from, string zone, string expected) => Assert.Equal(
        DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture),
        RelativeTime.Parse(text)!.After(
            DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), DateTimeZoneProviders.Tzdb[zone]));
}
