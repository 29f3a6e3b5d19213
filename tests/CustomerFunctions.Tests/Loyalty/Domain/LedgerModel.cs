using System.Globalization;
using CustomerFunctions.Loyalty.Domain;
using static CustomerFunctions.Tests.Loyalty.Domain.NaiveLots;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>
/// The obvious ledger: a list of lots and a list of debts, moved on from instant to instant. It knows nothing of
/// entries, and forgets nothing.
/// </summary>
internal sealed class NaiveWallet(TierBasis basis, TierDowngrade downgrade, DateTimeOffset from)
{
    private readonly List<NaiveLot> _lots = [];
    private readonly List<(string Ledger, long Left)> _debts = [];
    private readonly Dictionary<(string Ledger, string Origin), long> _net = [];
    private readonly Dictionary<string, (long Spent, long Expired)> _totals = [];
    private readonly NaiveTier _tier = new(basis, downgrade, from);

    public List<Deed> Deeds { get; } = [];

    /// <summary>Lets time go by, from one instant that matters to the next.</summary>
    public void PassTo(DateTimeOffset now)
    {
        while (true)
        {
            var next = _lots.Where(l => l.Left > 0).Min(l => l.Due);
            if (next is null || _tier.MonthEnd < next) next = _tier.MonthEnd;
            if (next > now) return;
            foreach (var lot in _lots.Where(l => l.Left > 0 && !l.Begun && l.Start == next)) lot.Begun = true;
            PayDebts();
            foreach (var lot in _lots.Where(l => l.Left > 0 && (l.Begun || l.Start is null) && l.Due == next))
                RunOut(lot);
            _tier.Look(Active);
            if (next == _tier.MonthEnd) _tier.EndMonth(Active);
        }
    }

    public string? Add(Command c, DateTimeOffset now, string name)
    {
        var at = now.AddHours(-c.LateHours);
        var granted = NaiveTime.Floor(at);
        var expiry = c.Expiry == "default" ? "2W_U" : c.Expiry;
        DateTimeOffset? start = c.Start switch
        {
            "on_action" => null,
            "immediate" => granted,
            _ => NaiveTime.Of(c.Start, at, now),
        };
        if (start < granted) start = granted;
        var isKnown = start is not null || expiry[0] is '+';
        DateTimeOffset? end = expiry == "unlimited" || !isKnown ? null : NaiveTime.Of(expiry, start ?? at, now);
        if (end <= (start ?? at)) return "invalid";
        var lot = new NaiveLot
        {
            Name = name,
            Ledger = c.Ledger,
            Origin = c.Origin,
            Awarded = at,
            Start = start,
            End = end,
            Rule = isKnown ? null : expiry,
            GrantedHere = true,
            Begun = start <= at,
            Left = c.Points,
            Order = Deeds.Count,
        };
        _lots.Add(lot);
        _net[(c.Ledger, c.Origin)] = Net(c.Ledger, c.Origin) + c.Points;
        _tier.Earn(c.Points, at);
        Deeds.Add(new Deed { Act = Act.Add, Ledger = c.Ledger, Origin = c.Origin, Points = c.Points, Lot = lot });
        return Done(now);
    }

    public string? Deduct(Command c, DateTimeOffset now)
    {
        var spendable = Spendable(c.Ledger);
        var lacking = Math.Max(0, c.Points - spendable.Sum(l => l.Left));
        if (lacking > 0 && !(c.Act == Act.Correct && c.Flag)) return "insufficient-points";
        var parts = Take(spendable, c.Points);
        Owe(c.Ledger, lacking);
        Spent(c.Ledger, c.Points);
        Deeds.Add(Deed.Spending(c, parts, lacking));
        return Done(now);
    }

    public string? TakeBack(Command c, DateTimeOffset now)
    {
        var asked = Math.Min(c.Points, Net(c.Ledger, c.Origin));
        var own = _lots.Where(l => l.Ledger == c.Ledger && l.Origin == c.Origin && l.Left > 0).ToList();
        var taken = Sum(Take(InOrder(own.Where(l => !l.Begun)), asked));
        if (c.Policy != ReturnPolicy.OnlyPending)
            taken += Sum(Take(InOrder(own.Where(l => l.Begun)), asked - taken));
        var gone = TakeGone(l => l.Ledger == c.Ledger && l.Origin == c.Origin, asked - taken);
        if (c.Policy != ReturnPolicy.OnlyPending)
            taken += Sum(Take(Spendable(c.Ledger).Where(l => l.Origin != c.Origin), asked - gone - taken));
        if (c.Policy == ReturnPolicy.Unlimited)
        {
            Owe(c.Ledger, asked - gone - taken);
            taken = asked - gone;
        }

        TookBack(c.Ledger, c.Origin, taken, gone);
        Deeds.Add(new Deed { Act = Act.TakeBack, Ledger = c.Ledger });
        return Done(now);
    }

    public string? Undo(Command c, DateTimeOffset now, string name)
    {
        var deed = Deeds[c.Pick % Deeds.Count];
        if (deed.IsUndone) return "already-reversed";
        if (deed.Act is not (Act.Add or Act.Deduct)) return "not-reversible";
        if (deed.Act == Act.Deduct) GiveBack(deed, now, name);
        else if (!TakeGrantBack(deed, c.Flag)) return "insufficient-points";
        deed.IsUndone = true;
        Deeds.Add(new Deed { Act = Act.Undo, Ledger = deed.Ledger });
        return Done(now);
    }

    public string? Activate(Command c, DateTimeOffset now)
    {
        var awaiting = _lots.Where(l => l.Left > 0 && l.Start is null && !l.Begun
            && (c.Flag && Deeds.Count > 0 ? l.Order == c.Pick % Deeds.Count : l.Origin == c.Origin)).ToList();
        if (awaiting.Count == 0) return "nothing-awaits";
        foreach (var ledger in awaiting.Select(l => l.Ledger).Distinct().Order(StringComparer.Ordinal))
            Deeds.Add(new Deed { Act = Act.Activate, Ledger = ledger });
        foreach (var lot in awaiting)
        {
            lot.Begun = true;
            lot.Start = NaiveTime.Floor(now);
            if (lot.Rule is { } rule) lot.End = rule == "unlimited" ? null : NaiveTime.Of(rule, now, now);
        }

        return Done(now);
    }

    public string? Extend(Command c, DateTimeOffset now)
    {
        var expiry = c.Expiry == "default" ? "2W_U" : c.Expiry;
        var changed = 0;
        foreach (var lot in _lots.Where(l => l.Left > 0 && l.End is not null
            && (c.Flag && Deeds.Count > 0 ? l.Order == c.Pick % Deeds.Count : l.Ledger == c.Ledger)))
        {
            DateTimeOffset? end = expiry == "unlimited" ? null : NaiveTime.Of(expiry, lot.End!.Value, now);
            if (end <= lot.End) continue;
            lot.End = end;
            changed++;
        }

        if (changed == 0) return "nothing-to-extend";
        Deeds.Add(new Deed { Act = Act.Extend, Ledger = c.Ledger });
        return Done(now);
    }

    public string? Leave(Command c, DateTimeOffset now, List<Parcel> parcels)
    {
        var spendable = Spendable(c.Ledger);
        if (spendable.Sum(l => l.Left) < c.Points) return "insufficient-points";
        parcels.AddRange(Take(spendable, c.Points).Select(p => new Parcel(
            p.Lot.Name, p.Points, p.Lot.Origin, p.Lot.Awarded, p.Lot.Start!.Value, p.Lot.End)));
        Deeds.Add(new Deed { Act = Act.Move, Ledger = c.Ledger });
        return c.Flag ? null : Done(now);
    }

    public void Arrive(string ledger, IEnumerable<Parcel> parcels, DateTimeOffset now)
    {
        foreach (var p in parcels)
        {
            var lot = _lots.Find(l => l.Ledger == ledger && l.Name == p.Name);
            if (lot is null)
                _lots.Add(lot = new NaiveLot { Name = p.Name, Ledger = ledger, Origin = p.Origin, Awarded = p.Awarded });
            if (lot.Left == 0)
                (lot.Start, lot.End, lot.Order, lot.Begun) = (p.Start, p.End, Deeds.Count, true);
            lot.Left += p.Points;
        }

        Deeds.Add(new Deed { Act = Act.Arrive, Ledger = ledger });
        Done(now);
    }

    /// <summary>Everything that can be seen from outside, as text.</summary>
    public string Seen() => string.Join('\n', [
        $"tier {_tier.Name}",
        .. new[] { "extra", "main" }.Select(Figures),
        .. _lots.Where(l => l.Left > 0).OrderBy(l => l.Ledger, StringComparer.Ordinal)
            .ThenBy(l => l.Name, StringComparer.Ordinal).Select(l => string.Create(CultureInfo.InvariantCulture,
                $"{l.Ledger} {l.Name} {l.Left} {l.Begun} {l.Awarded:O} {l.Start:s} {l.End:s}")),
    ]);

    private string Figures(string ledger)
    {
        var lots = _lots.Where(l => l.Ledger == ledger).ToList();
        var (spent, expired) = _totals.GetValueOrDefault(ledger);
        var active = lots.Where(l => l.Begun).Sum(l => l.Left);
        var debts = string.Join('+', _debts.Where(d => d.Ledger == ledger && d.Left > 0).Select(d => d.Left));
        return $"{ledger} {active} {lots.Sum(l => l.Left) - active} [{debts}] {spent} {expired}";
    }

    private string? Done(DateTimeOffset now)
    {
        PayDebts();
        _tier.Look(Active);
        PassTo(now);
        return null;
    }

    private void GiveBack(Deed deed, DateTimeOffset now, string name)
    {
        Spent(deed.Ledger, -deed.Points);
        foreach (var (lot, points) in deed.Parts)
        {
            if (lot.Left == 0) lot.Order = Deeds.Count;
            lot.Left += points;
            if (lot.End?.AddSeconds(1) <= now) RunOut(lot);
        }

        if (deed.Owed == 0) return;
        _lots.Add(new NaiveLot
        {
            Name = name,
            Ledger = deed.Ledger,
            Origin = deed.Origin,
            Awarded = now,
            Start = NaiveTime.Floor(now),
            Begun = true,
            Left = deed.Owed,
            Order = Deeds.Count,
        });
    }

    private bool TakeGrantBack(Deed deed, bool allowsNegative)
    {
        var asked = Math.Min(deed.Points, Net(deed.Ledger, deed.Origin));
        var gone = Math.Min(deed.Lot!.Gone, Math.Max(0, asked - deed.Lot.Left));
        var there = deed.Lot.Left + gone + Spendable(deed.Ledger).Where(l => l != deed.Lot).Sum(l => l.Left);
        if (there < asked && !allowsNegative) return false;
        var taken = Sum(Take([deed.Lot], asked));
        TakeGone(l => l == deed.Lot, gone);
        taken += Sum(Take(Spendable(deed.Ledger), asked - gone - taken));
        Owe(deed.Ledger, asked - gone - taken);
        TookBack(deed.Ledger, deed.Origin, asked - gone, gone);
        return true;
    }

    private long TakeGone(Func<NaiveLot, bool> which, long points)
    {
        var taken = 0L;
        foreach (var lot in _lots.Where(l => l.GrantedHere && which(l)))
        {
            var part = Math.Min(lot.Gone, points - taken);
            lot.Gone -= part;
            taken += part;
        }

        return taken;
    }

    private void TookBack(string ledger, string origin, long points, long gone)
    {
        _net[(ledger, origin)] = Net(ledger, origin) - points - gone;
        _tier.TookBack(points + gone);
    }

    private long Active => _lots.Where(l => l.Begun).Sum(l => l.Left);

    private long Net(string ledger, string origin) => _net.GetValueOrDefault((ledger, origin));

    private void Spent(string ledger, long points)
    {
        var (spent, expired) = _totals.GetValueOrDefault(ledger);
        _totals[ledger] = (spent + points, expired);
    }

    private void RunOut(NaiveLot lot)
    {
        var (spent, expired) = _totals.GetValueOrDefault(lot.Ledger);
        _totals[lot.Ledger] = (spent, expired + lot.Left);
        lot.Gone += lot.Left;
        lot.Left = 0;
    }

    private void Owe(string ledger, long points)
    {
        if (points > 0) _debts.Add((ledger, points));
    }

    private void PayDebts()
    {
        for (var i = 0; i < _debts.Count; i++)
        {
            var (ledger, left) = _debts[i];
            _debts[i] = (ledger, left - Sum(Take(Spendable(ledger), left)));
        }
    }

    private List<NaiveLot> Spendable(string ledger) => InOrder(_lots.Where(l => l.Ledger == ledger && l.IsSpendable));
}
