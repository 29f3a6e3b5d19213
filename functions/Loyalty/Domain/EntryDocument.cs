namespace CustomerFunctions.Loyalty.Domain;

/// <summary>An entry as callers read it. <c>Reason</c> and <c>By</c> are null once they were erased.</summary>
public sealed record EntryDocument(
    long Seq, EntryKind Kind, string Ledger, Points Points, string? Reason, DateTimeOffset EffectiveAt,
    DateTimeOffset RecordedAt, DateTimeOffset? ActiveAt, DateTimeOffset? ExpiresAt, string? SessionId, Origin? Origin,
    string? By, BalanceAfter BalanceAfter, IReadOnlyList<Allocation> Allocations, string? Lot, string Hash)
{
    /// <summary>An entry with the text beside it.</summary>
    public static EntryDocument Of(LedgerEntry e, EntryText? text) => Of(e, text?.Reason, text?.By);

    /// <summary>An entry with its text.</summary>
    public static EntryDocument Of(LedgerEntry e, string? reason, string? by) => new(
        e.Seq, e.Kind, e.Ledger, e.Points, reason, e.EffectiveAt, e.RecordedAt, e.ActiveAt, e.ExpiresAt,
        e.Origin is { Kind: "session" } session ? session.Id : null, e.Origin, by, e.BalanceAfter,
        e.Allocations, e.Lot, e.Hash);
}
