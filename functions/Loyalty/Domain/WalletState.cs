using System.Collections.Immutable;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Points that were granted together and are not used up.</summary>
/// <param name="Id">Survives transfers between wallets.</param>
/// <param name="Seq">The entry that made it.</param>
/// <param name="Ledger">Its ledger.</param>
/// <param name="Origin">What earned it.</param>
/// <param name="AwardedAt">When it was granted; the older of two with the same expiry is spent first.</param>
/// <param name="Start">From when on it is active.</param>
/// <param name="Expiry">The last second in which it can be spent; null for never.</param>
/// <param name="Remaining">What is left.</param>
/// <param name="IsActive">Whether an entry has already made it active.</param>
public sealed record Lot(
    string Id, long Seq, string Ledger, Origin Origin, DateTimeOffset AwardedAt, DateTimeOffset Start,
    DateTimeOffset? Expiry, Points Remaining, bool IsActive)
{
    /// <summary>The first instant at which it can no longer be spent.</summary>
    public DateTimeOffset? EndsAt => Expiry?.AddSeconds(1);
}

/// <summary>A part of a negative balance that is not paid off.</summary>
public sealed record Debt(string Id, string Ledger, Points Remaining);

/// <summary>What has happened in one ledger altogether.</summary>
public sealed record LedgerTotals(Points Added, Points Spent, Points Expired, Points TakenBack)
{
    /// <summary>Nothing yet.</summary>
    public static LedgerTotals None { get; } = new(default, default, default, default);
}

/// <summary>
/// Everything about a wallet that the next decision needs: the fold of its entries. Lots that are used up are gone;
/// totals remain.
/// </summary>
public sealed record WalletState
{
    /// <summary>A wallet without entries.</summary>
    public static WalletState Empty { get; } = new();

    /// <summary>The last entry's number.</summary>
    public long Seq { get; init; }

    /// <summary>The last entry's hash; empty before the first.</summary>
    public string Hash { get; init; } = "";

    /// <summary>The latest recording time so far.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>Lots with something left, oldest entry first.</summary>
    public ImmutableArray<Lot> Lots { get; init; } = [];

    /// <summary>What is owed, oldest first.</summary>
    public ImmutableArray<Debt> Debts { get; init; } = [];

    /// <summary>Totals by ledger.</summary>
    public ImmutableSortedDictionary<string, LedgerTotals> Totals { get; init; } =
        ImmutableSortedDictionary.Create<string, LedgerTotals>(StringComparer.Ordinal);

    /// <summary>The balance of one ledger by what entries say, without looking at the clock.</summary>
    public BalanceAfter BalanceOf(string ledger) => new(
        Lots.Where(l => l.Ledger == ledger && l.IsActive).Sum(l => l.Remaining),
        Lots.Where(l => l.Ledger == ledger && !l.IsActive).Sum(l => l.Remaining),
        Debts.Where(d => d.Ledger == ledger).Sum(d => d.Remaining));

    /// <summary>The first instant at which a timer has something to write here, or null.</summary>
    public DateTimeOffset? NextDueAt()
    {
        DateTimeOffset? next = null;
        foreach (var lot in Lots)
        {
            var due = lot.IsActive ? lot.EndsAt : lot.Start;
            if (due < next || next is null) next = due ?? next;
        }

        return next;
    }
}
