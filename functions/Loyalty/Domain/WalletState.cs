using System.Collections.Immutable;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Points that were granted together and are not used up.</summary>
/// <param name="Id">Survives transfers between wallets.</param>
/// <param name="Seq">The entry that brought it into this wallet.</param>
/// <param name="Ledger">Its ledger.</param>
/// <param name="Origin">What earned it.</param>
/// <param name="AwardedAt">When it was granted; the older of two with the same expiry is spent first.</param>
/// <param name="Start">From when on it is active; null while it waits for an action.</param>
/// <param name="Expiry">The last second in which it can be spent; null for never.</param>
/// <param name="Remaining">What is left.</param>
/// <param name="IsActive">Whether an entry has already made it active.</param>
/// <param name="ExpiryRule">How long it will last once the action has come.</param>
public sealed record Lot(
    string Id, long Seq, string Ledger, Origin Origin, DateTimeOffset AwardedAt, DateTimeOffset? Start,
    DateTimeOffset? Expiry, Points Remaining, bool IsActive, string? ExpiryRule = null)
{
    /// <summary>The first instant at which it can no longer be spent.</summary>
    public DateTimeOffset? EndsAt => Expiry?.AddSeconds(1);

    /// <summary>When time alone will change it: its start while it is pending, else its end.</summary>
    public DateTimeOffset? DueAt => IsActive || Start is null ? EndsAt : Start;

    /// <summary>True when it becomes active at this very instant.</summary>
    public bool StartsAt(DateTimeOffset instant) => !IsActive && Start == instant;

    /// <summary>True when it ends at this very instant.</summary>
    public bool EndsNow(DateTimeOffset instant) => (IsActive || Start is null) && EndsAt == instant;
}

/// <summary>A part of a negative balance that is not paid off.</summary>
public sealed record Debt(string Id, string Ledger, Points Remaining);

/// <summary>What has happened in one ledger altogether. Added and moved in, less all the others, is what its lots hold
/// less what it owes.</summary>
public sealed record LedgerTotals
{
    /// <summary>Nothing yet.</summary>
    public static LedgerTotals None { get; } = new();

    /// <summary>Granted.</summary>
    public Points Added { get; init; }

    /// <summary>Spent and not given back.</summary>
    public Points Spent { get; init; }

    /// <summary>Ran out unspent.</summary>
    public Points Expired { get; init; }

    /// <summary>Taken back, or owed for it.</summary>
    public Points TakenBack { get; init; }

    /// <summary>Came from another wallet or ledger.</summary>
    public Points MovedIn { get; init; }

    /// <summary>Went to another wallet or ledger.</summary>
    public Points MovedOut { get; init; }

    /// <summary>Of what was taken back, what undid a single grant.</summary>
    public Points Undone { get; init; }

    public static LedgerTotals operator +(LedgerTotals a, LedgerTotals b) => new()
    {
        Added = a.Added + b.Added,
        Spent = a.Spent + b.Spent,
        Expired = a.Expired + b.Expired,
        TakenBack = a.TakenBack + b.TakenBack,
        MovedIn = a.MovedIn + b.MovedIn,
        MovedOut = a.MovedOut + b.MovedOut,
        Undone = a.Undone + b.Undone,
    };
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

    /// <summary>The tier, and what decides on it next.</summary>
    public Standing Standing { get; init; } = Standing.None;

    /// <summary>When the first points were granted.</summary>
    public DateTimeOffset? FirstEarnedAt { get; init; }

    /// <summary>When points became active for the first time.</summary>
    public DateTimeOffset? FirstActiveAt { get; init; }

    /// <summary>What can be spent in all ledgers.</summary>
    public Points Active => Lots.Where(l => l.IsActive).Sum(l => l.Remaining);

    /// <summary>What can be spent in all ledgers once everything due at an instant has happened: points that begin
    /// then are there, less what they will pay off, and points that end then are gone.</summary>
    public Points ActiveOnceDone(DateTimeOffset due)
    {
        var there = Lots.Where(l => (l.IsActive || l.StartsAt(due)) && !l.EndsNow(due));
        return Debts.IsEmpty ? there.Sum(l => l.Remaining) : there.GroupBy(l => l.Ledger).Sum(g =>
        {
            var owed = Debts.Where(d => d.Ledger == g.Key).Sum(d => d.Remaining);
            var sum = g.Sum(l => l.Remaining);
            return sum > owed ? sum - owed : Points.Zero;
        });
    }

    /// <summary>Wallets of one customer, those that were merged into the first behind it, as one: for reading only.
    /// </summary>
    public static WalletState Together(IReadOnlyList<WalletState> states)
    {
        if (states.Count == 1) return states[0];
        var totals = states[0].Totals;
        foreach (var (ledger, more) in states.Skip(1).SelectMany(s => s.Totals))
            totals = totals.SetItem(ledger, totals.GetValueOrDefault(ledger, LedgerTotals.None) + more);
        return states[0] with
        {
            Lots = [.. states.SelectMany(s => s.Lots)],
            Debts = [.. states.SelectMany(s => s.Debts)],
            Totals = totals,
            FirstEarnedAt = states.Min(s => s.FirstEarnedAt),
            FirstActiveAt = states.Min(s => s.FirstActiveAt),
        };
    }

    /// <summary>The balance of one ledger by what entries say, without looking at the clock.</summary>
    public BalanceAfter BalanceOf(string ledger)
    {
        Points active = default, pending = default, negative = default;
        foreach (var lot in Lots)
            if (lot.Ledger != ledger) continue;
            else if (lot.IsActive) active += lot.Remaining;
            else pending += lot.Remaining;
        foreach (var debt in Debts)
            if (debt.Ledger == ledger) negative += debt.Remaining;
        return new BalanceAfter(active, pending, negative);
    }

    /// <summary>The first instant at which a timer has something to write here, or null.</summary>
    public DateTimeOffset? NextDueAt(TierPolicy tiers)
    {
        var next = tiers.DueAt(Standing);
        foreach (var lot in Lots)
        {
            var due = lot.DueAt;
            if (due < next || next is null) next = due ?? next;
        }

        return next;
    }
}
