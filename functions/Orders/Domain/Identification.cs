using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders.Domain;

/// <summary>By what the customer of an order is found.</summary>
public enum IdentifyBy
{
    /// <summary>Nobody: the order stays anonymous.</summary>
    Nothing,

    /// <summary>The id that the ordering site gave.</summary>
    ProfileId,

    /// <summary>The registered owner of the email, else of the phone; else a guest with that contact.</summary>
    RegisteredContact,

    /// <summary>A guest with that contact, whoever else has it.</summary>
    GuestContact,

    /// <summary>A guest of whom nothing is known, made when the order is closed.</summary>
    NewGuest,
}

/// <summary>Decides by what a customer is found. The order is: id, registered contact, guest contact, new guest; as far
/// as the channel may learn of such a customer.</summary>
public static class Identification
{
    /// <summary>What applies to a request.</summary>
    /// <param name="content">The order.</param>
    /// <param name="profileId">The id that the ordering site gave.</param>
    /// <param name="contact">Who is at the checkout.</param>
    /// <param name="capture">Of whom the channel may learn.</param>
    public static IdentifyBy Of(
        SessionContent content, string? profileId, SessionContact? contact, Capturing capture)
    {
        if (profileId is not null) return IdentifyBy.ProfileId;
        if (contact is not { IsReachable: true })
            return capture.Guests && MayBeAnybody(content.Channel) ? IdentifyBy.NewGuest : IdentifyBy.Nothing;
        if (capture.Registered && content.CheckoutAs != CheckoutAs.Guest) return IdentifyBy.RegisteredContact;
        return capture.Guests ? IdentifyBy.GuestContact : IdentifyBy.Nothing;
    }

    /// <summary>True when the site vouches for who it is: only then is a customer shown and a card learned.</summary>
    public static bool IsTrusted(IdentifyBy by, SessionContact? contact) => by switch
    {
        IdentifyBy.ProfileId => true,
        IdentifyBy.RegisteredContact or IdentifyBy.GuestContact => contact?.Verified == true,
        _ => false,
    };

    // Whoever orders through others, or only pays, is a guest only with a contact.
    private static bool MayBeAnybody(SalesChannel channel) =>
        channel is not (SalesChannel.Aggregator or SalesChannel.Terminal);
}
