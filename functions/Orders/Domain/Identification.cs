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

/// <summary>Decides by what a customer is found. The order is: id, registered contact, guest contact, new guest.
/// </summary>
public static class Identification
{
    /// <summary>What applies to a request.</summary>
    public static IdentifyBy Of(SessionContent content, string? profileId, SessionContact? contact)
    {
        if (profileId is not null) return IdentifyBy.ProfileId;
        if (contact is { IsReachable: true })
            return content.Channel == Channel.Aggregator || content.CheckoutAs == CheckoutAs.Guest
                ? IdentifyBy.GuestContact
                : IdentifyBy.RegisteredContact;
        return content.Channel is Channel.Aggregator or Channel.Terminal ? IdentifyBy.Nothing : IdentifyBy.NewGuest;
    }

    /// <summary>True when the site vouches for who it is: only then is a customer shown and a card learned.</summary>
    public static bool IsTrusted(IdentifyBy by, SessionContact? contact) => by switch
    {
        IdentifyBy.ProfileId => true,
        IdentifyBy.RegisteredContact or IdentifyBy.GuestContact => contact?.Verified == true,
        _ => false,
    };
}
