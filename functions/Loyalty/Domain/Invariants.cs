namespace CustomerFunctions.Loyalty.Domain;

/// <summary>A rule of the ledger that an entry breaks.</summary>
/// <param name="Rule"><c>I1</c> to <c>I10</c>, as the area's README lists them.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record Breach(string Rule, string Reason);

/// <summary>
/// What must hold of every wallet, checked entry by entry. I8 (an unbroken chain) and I9 (the head is what the entries
/// add up to) are <see cref="Verification"/>'s; I7 (refunds in any order take back the same) concerns purchases:
/// <see cref="LeavesNoDust"/>.
/// </summary>
/// <param name="wallet">The wallet's name.</param>
/// <param name="absorbed">What was found in wallets that were merged into this one.</param>
public sealed class Invariants(string wallet, IEnumerable<Invariants>? absorbed = null)
{
    private readonly string _wallet = wallet;
    private readonly Dictionary<(string Ledger, string Lot), Points> _left = [];
    private readonly Dictionary<(string Ledger, Origin Origin), Points> _netEarned =
        Joined((absorbed ?? []).SelectMany(a => a._netEarned));
    private readonly Dictionary<(string Wallet, long Seq), LedgerEntry> _reversible =
        (absorbed ?? []).SelectMany(a => a._reversible).ToDictionary();
    private readonly Dictionary<(string Ledger, Origin Origin), Points> _netSpent =
        Joined((absorbed ?? []).SelectMany(a => a._netSpent));
    private readonly HashSet<string> _changes = new(StringComparer.Ordinal);
    private string? _lastChange;

    /// <summary>What the next entry breaks, or null.</summary>
    public Breach? Next(LedgerEntry entry, WalletState after) =>
        Change(entry) ?? Reversal(entry) ?? Spent(entry) ?? Sum(entry) ?? Lots(entry, after) ?? Origins(entry)
        ?? Balance(entry, after);

    /// <summary>I7: taking a purchase back in parts takes what taking it back at once does.</summary>
    public static bool LeavesNoDust(EarnRule earn, long paidMinor, IEnumerable<long> refundsMinor, string currency)
    {
        var (left, taken) = (paidMinor, Points.Zero);
        foreach (var refund in refundsMinor)
        {
            taken += earn.PointsFor(left, currency) - earn.PointsFor(left - refund, currency);
            left -= refund;
        }

        return taken == earn.PointsFor(paidMinor, currency) - earn.PointsFor(left, currency);
    }

    // I10: the entries of one change lie together, so that it was made once.
    private Breach? Change(LedgerEntry entry)
    {
        var isNew = entry.ChangeId is { } id && id != _lastChange;
        _lastChange = entry.ChangeId;
        return isNew && !_changes.Add(entry.ChangeId!) ? new Breach("I10", "Its change was made before.") : null;
    }

    // I5: an entry is undone at most once, and a deduction gives back to the lots that it took from.
    private Breach? Reversal(LedgerEntry entry)
    {
        if (entry.Kind is EntryKind.Added or EntryKind.Deducted) _reversible[(_wallet, entry.Seq)] = entry;
        if (entry.Reverses is not { } seq) return null;
        if (!_reversible.Remove((entry.ReversesIn ?? _wallet, seq), out var undone))
            return new Breach("I5", $"Entry {seq} cannot be undone, or was undone before.");
        if (undone.Ledger != entry.Ledger || undone.Origin != entry.Origin)
            return new Breach("I5", $"It is of another ledger or origin than entry {seq}.");
        if (undone.Kind == EntryKind.Added || undone.Allocations.Any(a => a.Lot.Length == 0)) return null;
        var given = entry.Grants!.Select(g => (g.Lot, g.Points))
            .Concat(entry.Allocations.Where(a => a.Debt == Allocation.Expired).Select(a => (a.Lot, a.Points)));
        var taken = undone.Allocations.Select(a => (a.Lot, a.Points));
        return given.Order().SequenceEqual(taken.Order())
            ? null
            : new Breach("I5", $"It gives back other points than entry {seq} took.");
    }

    // I5: an origin gets back no more than it has spent, whether deduction by deduction or in parts.
    private Breach? Spent(LedgerEntry entry)
    {
        var isBack = entry is { Kind: EntryKind.Reversed, Grants: not null };
        if (entry.Origin is null || (entry.Kind != EntryKind.Deducted && !isBack)) return null;
        var key = (entry.Ledger, entry.Origin);
        var net = _netSpent.GetValueOrDefault(key).Hundredths + (isBack ? -1 : 1) * entry.Points.Hundredths;
        _netSpent[key] = new Points(net);
        return net < 0 ? new Breach("I5", "It gives back more than its origin has spent.") : null;
    }

    // I4: an entry is the sum of its parts.
    private static Breach? Sum(LedgerEntry entry)
    {
        if (entry.Allocations.Any(a => a.Points <= Points.Zero) || entry.Points < Points.Zero)
            return new Breach("I4", "It holds points that are none.");
        var own = entry.Allocations.Where(a => a.Debt is null || a.Lot.Length == 0).Sum(a => a.Points);
        var given = (entry.Grants ?? []).Sum(g => g.Points);
        var parts = entry.Kind switch
        {
            EntryKind.Added or EntryKind.Extended or EntryKind.TierReviewed => entry.Points,
            EntryKind.TransferredIn => given,
            EntryKind.Reversed when entry.Grants is not null => given
                + entry.Allocations.Where(a => a.Debt == Allocation.Expired).Sum(a => a.Points),
            _ => own,
        };
        return parts == entry.Points ? null : new Breach("I4", "It is not the sum of its parts.");
    }

    // I1: of each lot, what came in is what went out and what is left; nothing is taken that is not there.
    private Breach? Lots(LedgerEntry entry, WalletState after)
    {
        var touched = new HashSet<string>(StringComparer.Ordinal);
        if (entry.Kind == EntryKind.Added) Count(entry, entry.Lot!, entry.Points, touched);
        foreach (var grant in entry.Grants ?? []) Count(entry, grant.Lot, grant.Points, touched);
        foreach (var a in entry.Allocations.Where(a => a.Lot.Length > 0 && a.Debt != Allocation.Expired))
        {
            if (entry.Kind == EntryKind.Activated && a.Debt is null) touched.Add(a.Lot);
            else Count(entry, a.Lot, new Points(-a.Points.Hundredths), touched);
        }

        if (touched.Count == 0) return null;
        var lots = after.Lots.Where(l => l.Ledger == entry.Ledger && touched.Contains(l.Id))
            .ToDictionary(l => l.Id, l => l.Remaining, StringComparer.Ordinal);
        foreach (var lot in touched)
            if (_left.GetValueOrDefault((entry.Ledger, lot)) != lots.GetValueOrDefault(lot))
                return new Breach("I1", $"It takes more points out of lot {lot} than there are.");
        return null;
    }

    private void Count(LedgerEntry entry, string lot, Points points, HashSet<string> touched)
    {
        touched.Add(lot);
        var key = (entry.Ledger, lot);
        _left[key] = _left.GetValueOrDefault(key) + points;
        if (_left[key] == Points.Zero) _left.Remove(key);
    }

    // I6: no more is taken back from an origin than it has earned.
    private Breach? Origins(LedgerEntry entry)
    {
        if (entry.Origin is null || entry.Grants is not null) return null;
        var sign = entry.Kind switch
        {
            EntryKind.Added => 1,
            EntryKind.Reversed => -1,
            _ => 0,
        };
        if (sign == 0) return null;
        var gone = entry.Allocations.Where(a => a.Debt == Allocation.Expired).Sum(a => a.Points);
        var key = (entry.Ledger, entry.Origin);
        var net = _netEarned.GetValueOrDefault(key).Hundredths + (sign * (entry.Points + gone).Hundredths);
        _netEarned[key] = new Points(net);
        return net < 0 ? new Breach("I6", "It takes more back than its origin has earned.") : null;
    }

    private static Dictionary<(string Ledger, Origin Origin), Points> Joined(
        IEnumerable<KeyValuePair<(string Ledger, Origin Origin), Points>> absorbed)
    {
        var net = new Dictionary<(string, Origin), Points>();
        foreach (var (key, points) in absorbed)
            net[key] = net.GetValueOrDefault(key) + points;
        return net;
    }

    // I2 and I3: the balance is what the lots say, and what ever came in and went out; while something is owed, nothing
    // is active.
    private static Breach? Balance(LedgerEntry entry, WalletState after)
    {
        var balance = after.BalanceOf(entry.Ledger);
        if (balance != entry.BalanceAfter) return new Breach("I2", "Its balance does not follow from the entries.");
        var t = after.Totals[entry.Ledger];
        var ever = t.Added + t.MovedIn - t.Spent - t.Expired - t.TakenBack - t.MovedOut;
        if (balance.Active + balance.Pending - balance.Negative != ever)
            return new Breach("I2", "Its balance is not what came in less what went out.");
        return balance.Negative > Points.Zero && balance.Active > Points.Zero
            ? new Breach("I3", "Points are active while the balance is negative.")
            : null;
    }
}
