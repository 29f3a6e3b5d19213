using System.Globalization;

namespace CustomerFunctions.Shared;

/// <summary>Points in time as callers write them: RFC 3339 with an offset.</summary>
public static class Instants
{
    /// <summary>What to tell a caller whose instant cannot be read.</summary>
    public const string Expected = "It must be an instant such as 2026-03-01T12:00:00Z.";

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>Reads an instant between the years 1970 and 9000, in UTC; a text without an offset is none.</summary>
    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        instant = default;
        return text is { Length: > 0 and <= 40 } && (text[^1] is 'Z' or 'z' || text.LastIndexOfAny(['+', '-']) > 10)
            && DateTimeOffset.TryParseExact(text.ToUpperInvariant(), Formats, CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal, out instant)
            && instant.Year is >= 1970 and < 9000;
    }

    /// <summary>The whole second that an instant lies in; fractions are cut off.</summary>
    public static DateTimeOffset WholeSecond(this DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
