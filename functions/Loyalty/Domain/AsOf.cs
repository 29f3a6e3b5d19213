using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Reads the instant that a caller asks about.</summary>
public static class AsOf
{
    /// <summary>The instant of <c>asOf</c>, at most a hundred years ahead; null when it is not given.</summary>
    public static DateTimeOffset? Read(QueryFields query, DateTimeOffset now)
    {
        var asOf = query.Instant("asOf");
        if (asOf > now.AddYears(Horizon.ForeseenYears))
            query.Refuse("asOf", $"It must lie at most {Horizon.ForeseenYears} years ahead.");
        return asOf;
    }
}
