using System.Collections.Immutable;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Access.Domain;

/// <summary>Which customers an application may learn of in one channel.</summary>
/// <param name="Guests">Guests, by the fields for their contact.</param>
/// <param name="Registered">Registered customers, by logging in or being assigned.</param>
public sealed record Capture(bool Guests, bool Registered);

/// <summary>Which customers each channel of an application may learn of. What an application does not say is as by
/// default: everything, but for channels that never do.</summary>
public static class Captures
{
    /// <summary>Nobody says anything.</summary>
    public static ImmutableSortedDictionary<SalesChannel, Capture> None { get; } =
        ImmutableSortedDictionary<SalesChannel, Capture>.Empty;

    /// <summary>The most that a channel may learn: an aggregator's customers are never registered ones, and the kitchen
    /// and dispatch know nobody.</summary>
    public static Capture MostOf(SalesChannel channel) => channel switch
    {
        SalesChannel.Aggregator => new Capture(Guests: true, Registered: false),
        SalesChannel.KitchenDisplay or SalesChannel.Dispatch => new Capture(Guests: false, Registered: false),
        _ => new Capture(Guests: true, Registered: true),
    };

    /// <summary>Reads <c>{"kiosk": {"guests": true, "registered": false}}</c>, noting whatever is wrong with it.
    /// </summary>
    public static ImmutableSortedDictionary<SalesChannel, Capture> Read(JsonFields? channels)
    {
        var captures = None;
        if (channels is null) return captures;
        foreach (var channel in Enum.GetValues<SalesChannel>())
        {
            var word = Json.Word(channel);
            if (channels.Object(word) is not { } said) continue;
            var most = MostOf(channel);
            var capture = new Capture(
                said.Flag("guests") ?? most.Guests, said.Flag("registered") ?? most.Registered);
            if ((capture.Guests && !most.Guests) || (capture.Registered && !most.Registered))
                channels.Refuse(word, "This channel never learns of such customers.");
            captures = captures.SetItem(channel, capture);
        }

        return captures;
    }
}
