namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Points that have left one wallet and must arrive in another.</summary>
/// <param name="Id">The transfer, the same on both sides.</param>
/// <param name="To">The wallet in which they must arrive.</param>
/// <param name="ToLedger">In which of its ledgers.</param>
/// <param name="FromLedger">Out of which ledger they came.</param>
/// <param name="Luggage">The points, with the terms that they keep.</param>
/// <param name="At">When they left, and when they count as arrived.</param>
public sealed record TransferIntent(
    string Id, string To, string ToLedger, string FromLedger, IReadOnlyList<LotGrant> Luggage, DateTimeOffset At)
{
    /// <summary>True when they must arrive in that very wallet, though it was merged into another: they pay what it
    /// owes.</summary>
    public bool StaysThere { get; init; }
}
