using System.Globalization;
using CustomerFunctions.Shared;
using NodaTime;
using NodaTime.TimeZones;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Units of <see cref="RelativeTime"/>. Case matters when written: <c>m</c> minutes, <c>M</c>
/// months.</summary>
public enum TimeUnit
{
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// <summary>What a <see cref="RelativeTime"/> rounds to after the amount was added.</summary>
public enum TimeRounding
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>_D</c>: 00:00:00 of that local day.</summary>
    StartOfDay,

    /// <summary><c>_U</c>: 23:59:59 of that local day, of the Sunday that ends that week (Monday to Sunday), of the
    /// month's last day, or of 31 December.</summary>
    EndOfUnit,
}

/// <summary>
/// An amount of time after some instant, written <c>30m</c>, <c>1h</c>, <c>5D</c>, <c>5D_D</c>, <c>1W_U</c>,
/// <c>1M</c>, <c>1Y_U</c>. Seconds, minutes and hours are elapsed time; days and longer are local calendar time in the
/// program's zone: months clamp to the month's last day, a local time that does not exist moves forward by the gap, one
/// that occurs twice is the first. Results are whole seconds.
/// </summary>
/// <param name="Amount">How many units.</param>
/// <param name="Unit">Which unit.</param>
/// <param name="Rounding">Applied after adding.</param>
public sealed record RelativeTime(int Amount, TimeUnit Unit, TimeRounding Rounding)
{
    /// <summary>What to tell a caller whose text cannot be read.</summary>
    public const string Expected =
        "It must be an amount and unit such as 30m, 1h, 5D, 5D_D, 5D_U, 1W_U, 1M_U or 1Y_U.";

    private const string Letters = "smhDWMY";

    // About a hundred years of each unit, so that no result leaves the calendar.
    private static readonly int[] AmountMax = [int.MaxValue, 52_560_000, 876_000, 36_500, 5_200, 1_200, 100];

    /// <summary>Reads a text such as <c>5D_U</c>; null when it is none.</summary>
    public static RelativeTime? Parse(string text)
    {
        var (core, rounding) = text switch
        {
            [.. var head, '_', 'D'] => (head, TimeRounding.StartOfDay),
            [.. var head, '_', 'U'] => (head, TimeRounding.EndOfUnit),
            _ => (text, TimeRounding.None),
        };
        if (core.Length < 2 || Letters.IndexOf(core[^1]) is var letter && letter < 0) return null;
        if (!int.TryParse(core[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var amount)) return null;
        var unit = (TimeUnit)Letters.IndexOf(core[^1]);
        var fits = rounding switch
        {
            TimeRounding.StartOfDay => unit == TimeUnit.Day,
            TimeRounding.EndOfUnit => unit >= TimeUnit.Day,
            _ => amount > 0,
        };
        return fits && amount <= AmountMax[(int)unit] ? new RelativeTime(amount, unit, rounding) : null;
    }

    /// <summary>The instant this long after <paramref name="from"/>, in whole seconds.</summary>
    /// <param name="from">Where to count from.</param>
    /// <param name="zone">The zone whose calendar counts.</param>
    public DateTimeOffset After(DateTimeOffset from, DateTimeZone zone)
    {
        var start = from.WholeSecond();
        if (Elapsed() is { } elapsed) return start + elapsed;
        var local = Instant.FromDateTimeOffset(start).InZone(zone).LocalDateTime + Calendar();
        return Rounded(local).InZone(zone, Resolvers.LenientResolver).ToDateTimeOffset().ToUniversalTime();
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount}{Letters[(int)Unit]}")
        + Rounding switch
        {
            TimeRounding.StartOfDay => "_D",
            TimeRounding.EndOfUnit => "_U",
            _ => "",
        };

    private TimeSpan? Elapsed() => Unit switch
    {
        TimeUnit.Second => TimeSpan.FromSeconds(Amount),
        TimeUnit.Minute => TimeSpan.FromMinutes(Amount),
        TimeUnit.Hour => TimeSpan.FromHours(Amount),
        _ => null,
    };

    private Period Calendar() => Unit switch
    {
        TimeUnit.Day => Period.FromDays(Amount),
        TimeUnit.Week => Period.FromWeeks(Amount),
        TimeUnit.Month => Period.FromMonths(Amount),
        _ => Period.FromYears(Amount),
    };

    private LocalDateTime Rounded(LocalDateTime local)
    {
        if (Rounding == TimeRounding.None) return local;
        if (Rounding == TimeRounding.StartOfDay) return local.Date.AtMidnight();
        var last = Unit switch
        {
            TimeUnit.Day => local.Date,
            TimeUnit.Week => local.Date.With(
                d => d.DayOfWeek == IsoDayOfWeek.Sunday ? d : d.Next(IsoDayOfWeek.Sunday)),
            TimeUnit.Month => local.Date.With(DateAdjusters.EndOfMonth),
            _ => new LocalDate(local.Year, 12, 31),
        };
        return last.At(new LocalTime(23, 59, 59));
    }
}
