using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What an entry does.</summary>
public enum EntryKind
{
    /// <summary>Grants points as one lot.</summary>
    Added,

    /// <summary>Spends active points.</summary>
    Deducted,

    /// <summary>Notes that pending points became active; they pay off a negative balance first.</summary>
    Activated,

    /// <summary>Notes that points expired.</summary>
    Expired,

    /// <summary>Undoes: takes points back that an origin had earned or an entry had granted, or gives back what an
    /// entry had spent.</summary>
    Reversed,

    /// <summary>Moves active points to another wallet or ledger.</summary>
    TransferredOut,

    /// <summary>Takes them in there, with the start, expiry and name that they had.</summary>
    TransferredIn,

    /// <summary>Gives points a later expiry.</summary>
    Extended,

    /// <summary>Notes that a tier was lost, or confirmed, by time alone.</summary>
    TierReviewed,
}

/// <summary>What points came from.</summary>
/// <param name="Kind"><c>session</c>, <c>payment</c>, <c>import</c> or <c>person</c>.</param>
/// <param name="Id">Its key, never personal data.</param>
public sealed record Origin(string Kind, string Id);

/// <summary>A part of an entry: so many points out of one lot, or, with <paramref name="Debt"/>, out of that lot into a
/// negative balance.</summary>
/// <param name="Lot">The lot; empty when a negative balance comes into being.</param>
/// <param name="Points">How many, always positive.</param>
/// <param name="Debt">The negative balance that is paid off, or that comes into being when no lot is named;
/// <see cref="Expired"/> for points that count as taken back because they had expired.</param>
public sealed record Allocation(string Lot, Points Points, string? Debt = null)
{
    /// <summary>Stands where a negative balance's name would, and is none.</summary>
    public const string Expired = "expired";
}

/// <summary>Points that come into a wallet with terms of their own, out of another wallet or back from
/// spending.</summary>
/// <param name="Lot">The lot's name; when it is still open here, they join it and take its terms.</param>
/// <param name="Points">How many.</param>
/// <param name="Origin">What earned them.</param>
/// <param name="AwardedAt">When they were granted first.</param>
/// <param name="Start">When they became, or become, active; null while they wait for an action.</param>
/// <param name="Expiry">The last second in which they can be spent; null for never.</param>
/// <param name="ExpiryRule">How long they will last once the action has come.</param>
public sealed record LotGrant(
    string Lot, Points Points, Origin Origin, DateTimeOffset AwardedAt, DateTimeOffset? Start, DateTimeOffset? Expiry,
    string? ExpiryRule = null);

/// <summary>New terms of a lot.</summary>
/// <param name="Lot">The lot.</param>
/// <param name="Start">When it becomes active; null for as it was.</param>
/// <param name="Expiry">The last second in which it can be spent; null for never.</param>
public sealed record LotTerms(string Lot, DateTimeOffset? Start, DateTimeOffset? Expiry);

/// <summary>The other side of a transfer.</summary>
/// <param name="Id">The same on both sides.</param>
/// <param name="Wallet">The other wallet.</param>
/// <param name="Ledger">Its ledger.</param>
public sealed record TransferLink(string Id, string Wallet, string Ledger);

/// <summary>The balance of one ledger of a wallet right after an entry.</summary>
public sealed record BalanceAfter(Points Active, Points Pending, Points Negative);

/// <summary>
/// One line of a wallet's history. Never changed, never removed. Everything but <see cref="RecordedAt"/> is covered by
/// the hash; free text and names of persons lie in a row beside it, of which only a keyed digest is hashed, so that
/// they can be erased without breaking the chain.
/// </summary>
public sealed record LedgerEntry
{
    /// <summary>1, 2, 3, … without a gap within the wallet.</summary>
    public required long Seq { get; init; }

    /// <summary>What it does.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary><c>main</c> or a subledger.</summary>
    public required string Ledger { get; init; }

    /// <summary>How many, always positive; the kind tells the direction.</summary>
    public required Points Points { get; init; }

    /// <summary>When it counts from. Not after <see cref="RecordedAt"/>.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>When it became known; never decreases with <see cref="Seq"/>. Not hashed: a settlement is the same
    /// whenever a timer ran.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The lot that the entry makes.</summary>
    public string? Lot { get; init; }

    /// <summary>When the lot becomes active; null when it waits for an action.</summary>
    public DateTimeOffset? ActiveAt { get; init; }

    /// <summary>The last second in which the lot can be spent; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How long a lot that waits for an action will last once it is active, as
    /// <see cref="ExpiryRule"/> writes it; null when <see cref="ExpiresAt"/> says it.</summary>
    public string? ExpiryRule { get; init; }

    /// <summary>What it came from; null for settlements.</summary>
    public Origin? Origin { get; init; }

    /// <summary>The rule that granted the points, by name; null when a person did.</summary>
    public string? Rule { get; init; }

    /// <summary>The entry that it undoes.</summary>
    public long? Reverses { get; init; }

    /// <summary>The wallet that the undone entry lies in, when it is one that was merged into this.</summary>
    public string? ReversesIn { get; init; }

    /// <summary>The other side of a transfer.</summary>
    public TransferLink? Transfer { get; init; }

    /// <summary>Where the owner of a wallet that was merged into this one stood; ends the merge.</summary>
    public Standing? Brought { get; init; }

    /// <summary>Which lots and negative balances it touches, in order.</summary>
    public ImmutableArray<Allocation> Allocations { get; init; } = [];

    /// <summary>Points that come in with terms of their own; null for none.</summary>
    public IReadOnlyList<LotGrant>? Grants { get; init; }

    /// <summary>New terms of lots; null for none.</summary>
    public IReadOnlyList<LotTerms>? Terms { get; init; }

    /// <summary>The tier after it, when it changed anything about that.</summary>
    public Standing? Standing { get; init; }

    /// <summary>The balance of its ledger right after it.</summary>
    public required BalanceAfter BalanceAfter { get; init; }

    /// <summary>The change that it belongs to; null for settlements.</summary>
    public string? ChangeId { get; init; }

    /// <summary>Keyed digest of the text beside it; null when there is none.</summary>
    public string? TextDigest { get; init; }

    /// <summary>SHA-256 over the hash before it and everything above but the recording time, in hex.</summary>
    public string Hash { get; init; } = "";

    /// <summary>True unless a part is missing that the code takes for granted. Only a row that somebody tampered with
    /// lacks one.</summary>
    [JsonIgnore]
    public bool IsWhole => !Allocations.IsDefault && Allocations.All(a => a is not null)
        && Grants?.All(g => g is not null) != false && Terms?.All(t => t is not null) != false;
}
