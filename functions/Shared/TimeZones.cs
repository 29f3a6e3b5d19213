using NodaTime;

namespace CustomerFunctions.Shared;

/// <summary>Time zones as callers name them.</summary>
public static class TimeZones
{
    /// <summary>What is wrong with a time zone's name, or null.</summary>
    public static string? Fault(string name) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is null ? "It must be an IANA time zone." : null;
}
