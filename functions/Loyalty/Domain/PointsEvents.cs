using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What is told of every entry that moves points, or changes when they begin and end.</summary>
public abstract record EntryTold
{
    private protected EntryTold(WalletId wallet, LedgerEntry entry)
    {
        (Program, Owner) = (wallet.Program, wallet.Owner);
        (Seq, Ledger, Points) = (entry.Seq, entry.Ledger, entry.Points);
        (ActiveAt, ExpiresAt) = (entry.ActiveAt, entry.ExpiresAt);
        (Origin, Balance) = (entry.Origin, entry.BalanceAfter);
    }

    /// <summary>The program.</summary>
    public string Program { get; }

    /// <summary>The key of the customer or card.</summary>
    public string Owner { get; }

    /// <summary>The entry's number.</summary>
    public long Seq { get; }

    /// <summary><c>main</c> or a subledger.</summary>
    public string Ledger { get; }

    /// <summary>How many, always positive.</summary>
    public Points Points { get; }

    /// <summary>When they become active; null for an action, or when no lot is made.</summary>
    public DateTimeOffset? ActiveAt { get; }

    /// <summary>The last second in which they can be spent.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>What they came from.</summary>
    public Origin? Origin { get; }

    /// <summary>The balance of the ledger right after it.</summary>
    public BalanceAfter Balance { get; }

    /// <summary>What is told of an entry; null for one that moves no points.</summary>
    public static EntryTold? Of(WalletId wallet, LedgerEntry entry) => entry.Kind switch
    {
        EntryKind.Added => new PointsAdded(wallet, entry),
        EntryKind.Deducted => new PointsDeducted(wallet, entry),
        EntryKind.Activated => new PointsActivated(wallet, entry),
        EntryKind.Expired => new PointsExpired(wallet, entry),
        EntryKind.Reversed => new PointsReversed(wallet, entry),
        EntryKind.TransferredOut => new PointsTransferredOut(wallet, entry),
        EntryKind.TransferredIn => new PointsTransferredIn(wallet, entry),
        EntryKind.Extended => new PointsExtended(wallet, entry),
        EntryKind.TierReviewed => null,
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.Kind, null),
    };
}

[EventType("points.added", "Points were granted.", Aggregate = "wallet")]
public sealed record PointsAdded : EntryTold
{
    internal PointsAdded(WalletId wallet, LedgerEntry entry)
        : base(wallet, entry)
    {
    }
}

[EventType("points.deducted", "Points were spent.", Aggregate = "wallet")]
public sealed record PointsDeducted : EntryTold
{
    internal PointsDeducted(WalletId wallet, LedgerEntry entry)
        : base(wallet, entry)
    {
    }
}

[EventType("points.activated", "Pending points became active.", Aggregate = "wallet")]
public sealed record PointsActivated : EntryTold
{
    internal PointsActivated(WalletId wallet, LedgerEntry entry)
        : base(wallet, entry)
    {
    }
}

[EventType("points.expired", "Points expired.", Aggregate = "wallet")]
public sealed record PointsExpired : EntryTold
{
    internal PointsExpired(WalletId wallet, LedgerEntry entry)
        : base(wallet, entry)
    {
    }
}

[EventType("points.reversed", "An entry was undone: points were taken back, or given back.", Aggregate = "wallet")]
public sealed record PointsReversed : EntryTold
{
    internal PointsReversed(WalletId wallet, LedgerEntry entry)
        : base(wallet, entry)
    {
    }
}

[EventType("points.transferred-out", "Points went to another wallet or ledger.", Aggregate = "wallet")]
public sealed record PointsTransferredOut : EntryTold
{
    internal PointsTransferredOut(WalletId wallet, LedgerEntry entry)
        : base(wallet, entry)
    {
    }
}

[EventType("points.transferred-in", "Points came in from another wallet or ledger.", Aggregate = "wallet")]
public sealed record PointsTransferredIn : EntryTold
{
    internal PointsTransferredIn(WalletId wallet, LedgerEntry entry)
        : base(wallet, entry)
    {
    }
}

[EventType("points.extended", "Points got a later expiry.", Aggregate = "wallet")]
public sealed record PointsExtended : EntryTold
{
    internal PointsExtended(WalletId wallet, LedgerEntry entry)
        : base(wallet, entry)
    {
    }
}

/// <param name="Program">The program.</param>
/// <param name="Owner">The key of the customer or card.</param>
/// <param name="Points">How many points, in sum.</param>
/// <param name="Items">The first of them, by their end.</param>
[EventType("points.expiring", "Points will expire within the days that the program says.", Aggregate = "wallet")]
public sealed record PointsExpiring(string Program, string Owner, Points Points, IReadOnlyList<Expiration> Items);

/// <param name="Program">The program.</param>
/// <param name="Owner">The key of the customer or card.</param>
/// <param name="Seq">The number of the entry that led to it.</param>
/// <param name="From">The tier before; null for none.</param>
/// <param name="To">The tier from now on; null for none.</param>
[EventType("tier.changed", "A customer reached or lost a tier.", Aggregate = "wallet")]
public sealed record TierChanged(string Program, string Owner, long Seq, string? From, string? To);
