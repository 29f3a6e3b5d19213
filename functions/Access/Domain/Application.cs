using System.Collections.Immutable;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Access.Domain;

/// <summary>A caller of the API, in one environment for ever.</summary>
/// <param name="Name">Unique over both environments.</param>
/// <param name="Environment">Cannot be changed: data would move between worlds.</param>
/// <param name="TimeZone">IANA name, for calendar rules without a program of their own.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Region">ISO 3166 alpha-2, the default country of phone numbers.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Application(
    string Name, AppEnvironment Environment, string TimeZone, string Currency, string Region, DateTimeOffset CreatedAt)
{
    /// <summary>Which customers its channels may learn of, where that is not as by default.</summary>
    public ImmutableSortedDictionary<SalesChannel, Capture> Channels { get; init; } = Captures.None;

    /// <summary>Which customers one of its channels may learn of.</summary>
    public Capture CaptureOf(SalesChannel channel) =>
        Channels.TryGetValue(channel, out var capture) ? capture : Captures.MostOf(channel);
}
