namespace CustomerFunctions.Loyalty.Domain;

/// <summary>An entry as callers read it. <c>Reason</c>, <c>By</c> and <c>SessionId</c> are null once they were
/// erased.</summary>
public sealed record EntryDocument
{
    public required long Seq { get; init; }

    public required EntryKind Kind { get; init; }

    public required string Ledger { get; init; }

    public required Points Points { get; init; }

    public required string? Reason { get; init; }

    public required DateTimeOffset EffectiveAt { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required DateTimeOffset? ActiveAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How long points that wait for an action will last.</summary>
    public required string? ExpiryRule { get; init; }

    public required string? SessionId { get; init; }

    public required Origin? Origin { get; init; }

    public required string? Rule { get; init; }

    public required string? By { get; init; }

    public required BalanceAfter BalanceAfter { get; init; }

    public required IReadOnlyList<Allocation> Allocations { get; init; }

    public required IReadOnlyList<LotGrant> Grants { get; init; }

    public required IReadOnlyList<LotTerms> Terms { get; init; }

    public required long? Reverses { get; init; }

    /// <summary>Of a transfer: the same on both sides.</summary>
    public required string? TransferId { get; init; }

    /// <summary>The tier after it, when it changed it.</summary>
    public required string? Tier { get; init; }

    public required string? Lot { get; init; }

    public required string Hash { get; init; }

    /// <summary>The key of a customer who was merged into this one, in whose history the entry lies; null for the
    /// customer's own.</summary>
    public string? Owner { get; init; }

    /// <summary>An entry with the text beside it.</summary>
    public static EntryDocument Of(LedgerEntry e, EntryText? text) => Of(e, text?.Reason, text?.By, text?.Session);

    /// <summary>An entry with its text.</summary>
    public static EntryDocument Of(LedgerEntry e, string? reason, string? by, string? session = null) => new()
    {
        Seq = e.Seq,
        Kind = e.Kind,
        Ledger = e.Ledger,
        Points = e.Points,
        Reason = reason,
        EffectiveAt = e.EffectiveAt,
        RecordedAt = e.RecordedAt,
        ActiveAt = e.ActiveAt,
        ExpiresAt = e.ExpiresAt,
        ExpiryRule = e.ExpiryRule,
        SessionId = session,
        Origin = e.Origin,
        Rule = e.Rule,
        By = by,
        BalanceAfter = e.BalanceAfter,
        Allocations = e.Allocations,
        Grants = e.Grants ?? [],
        Terms = e.Terms ?? [],
        Reverses = e.Reverses,
        TransferId = e.Transfer?.Id,
        Tier = e.Standing?.Tier,
        Lot = e.Lot,
        Hash = e.Hash,
    };
}
