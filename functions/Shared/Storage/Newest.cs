using System.Globalization;

namespace CustomerFunctions.Shared.Storage;

/// <summary>Positions that sort the newest first.</summary>
public static class Newest
{
    /// <summary><c>{ticks, inverted}|{id}</c>; the id orders what happened at one instant.</summary>
    public static string First(DateTimeOffset at, string id) =>
        string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks:D19}|{id}");
}
