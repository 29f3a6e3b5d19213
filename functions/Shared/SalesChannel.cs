namespace CustomerFunctions.Shared;

/// <summary>Where an order comes from.</summary>
public enum SalesChannel
{
    /// <summary>A web shop or app.</summary>
    Online,

    /// <summary>A table that is booked.</summary>
    Reservation,

    /// <summary>A guest's own phone at the table.</summary>
    ScanToOrder,

    /// <summary>A kiosk in the restaurant.</summary>
    Kiosk,

    /// <summary>Staff at the till.</summary>
    Pos,

    /// <summary>A marketplace that delivers for many: it gives at most a guest's data.</summary>
    Aggregator,

    /// <summary>A payment terminal.</summary>
    Terminal,

    /// <summary>The kitchen's display, which never carries a customer.</summary>
    KitchenDisplay,

    /// <summary>Dispatching drivers, which never carries a customer.</summary>
    Dispatch,
}
