using System.Globalization;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>Relative times once more, by the platform's own calendar and time zones.</summary>
internal static class NaiveTime
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public static DateTimeOffset Floor(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));

    /// <summary>The instant that a text means: <c>+5h</c> counts from <paramref name="now"/>, everything else from
    /// <paramref name="from"/>.</summary>
    public static DateTimeOffset Of(string text, DateTimeOffset from, DateTimeOffset now)
    {
        if (text[0] is '+' or '-') return Floor(now.AddHours(Number(text[..^1])));
        from = Floor(from);
        var parts = text.Split('_');
        var amount = Number(parts[0][..^1]);
        var local = TimeZoneInfo.ConvertTime(from, Berlin).DateTime;
        switch (parts[0][^1])
        {
            case 'm': return from.AddMinutes(amount);
            case 'h': return from.AddHours(amount);
            case 'D': local = local.AddDays(amount); break;
            case 'W': local = local.AddDays(7 * amount); break;
            case 'M': local = local.AddMonths(amount); break;
            default: local = local.AddYears(amount); break;
        }

        if (parts.Length == 1) return Instant(local);
        var day = local.Date;
        if (parts[1] == "D") return Instant(day);
        if (parts[0][^1] == 'W')
            while (day.DayOfWeek != DayOfWeek.Sunday) day = day.AddDays(1);
        if (parts[0][^1] == 'M')
            while (day.AddDays(1).Day != 1) day = day.AddDays(1);
        return Instant(day.AddDays(1).AddSeconds(-1));
    }

    /// <summary>The first instant of the next month.</summary>
    public static DateTimeOffset NextMonth(DateTimeOffset at)
    {
        var day = TimeZoneInfo.ConvertTime(at, Berlin).Date.AddDays(1);
        while (day.Day != 1) day = day.AddDays(1);
        return Instant(day);
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(DateTime local)
    {
        if (Berlin.IsInvalidTime(local)) local = local.AddHours(1);
        var offset = Berlin.IsAmbiguousTime(local) ? Berlin.GetAmbiguousTimeOffsets(local).Max()
            : Berlin.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
