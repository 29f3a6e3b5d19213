namespace CustomerFunctions.Terminals;

/// <summary>Names of cards and transactions in routes. Terminals choose them, so they may hold anything.</summary>
internal static class RouteSegment
{
    /// <summary>A name as it was meant: the host leaves an escaped slash as it is, and nobody means these three
    /// characters.</summary>
    public static string Read(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
