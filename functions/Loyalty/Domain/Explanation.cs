using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>What to explain.</summary>
/// <param name="Ledger">One ledger, or <see cref="Ledgers.All"/>.</param>
/// <param name="AsOf">The balance at which instant.</param>
/// <param name="All">Also lots of which nothing is left.</param>
/// <param name="Limit">Most lots to answer.</param>
/// <param name="Skip">Lots of earlier pages.</param>
public sealed record ExplainQuery(string Ledger, DateTimeOffset AsOf, bool All, int Limit, int Skip);

/// <summary>Something that an entry did to a lot.</summary>
/// <param name="Seq">The entry.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Points">How many points of the lot it moved; positive for those that came in.</param>
/// <param name="At">When it counts from.</param>
/// <param name="PaysDebt">True when they paid off a negative balance.</param>
public sealed record LotEvent(long Seq, EntryKind Kind, Points Points, DateTimeOffset At, bool PaysDebt);

/// <summary>Where one lot stands at the instant, and how it came to that.</summary>
/// <param name="Lot">Its name.</param>
/// <param name="Ledger">Its ledger.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="State"><c>active</c>, <c>pending</c>, <c>awaiting</c> (an action) or <c>closed</c>.</param>
/// <param name="Entry">The entry that brought it here.</param>
/// <param name="Origin">What earned it.</param>
/// <param name="Rule">By which rule; null when a person granted it.</param>
/// <param name="By">Who said so; null once erased.</param>
/// <param name="Reason">Why; null once erased.</param>
/// <param name="AwardedAt">When it was granted.</param>
/// <param name="ActiveAt">When it becomes active; null while it waits for an action.</param>
/// <param name="ExpiresAt">The last second in which it can be spent; null for never.</param>
/// <param name="History">Everything that moved points of it, oldest first.</param>
public sealed record LotStory(
    string Lot, string Ledger, Points Remaining, string State, long Entry, Origin Origin, string? Rule, string? By,
    string? Reason, DateTimeOffset AwardedAt, DateTimeOffset? ActiveAt, DateTimeOffset? ExpiresAt,
    IReadOnlyList<LotEvent> History);

/// <summary>Why a balance is what it is: the lots that it consists of, and what is owed. The lots' remaining points add
/// up to active and pending over all pages.</summary>
public sealed record Explanation(
    DateTimeOffset AsOf, Points Active, Points Pending, Points Negative, IReadOnlyList<Debt> Debts,
    IReadOnlyList<LotStory> Items, string? Next)
{
    /// <summary>The same of wallets that were merged into this one; null for none.</summary>
    [System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Explanation>? Absorbed { get; init; }

    /// <summary>Explains a balance from the entries that count by the instant.</summary>
    public static Explanation Of(
        string wallet, IReadOnlyList<LedgerEntry> entries, IReadOnlyDictionary<long, EntryText> texts,
        LoyaltyProgram program, ExplainQuery query)
    {
        var state = History.At(wallet, entries, program.Tiers, query.AsOf, DateTimeOffset.MaxValue);
        var counted = entries.Where(e => e.EffectiveAt <= query.AsOf && Wants(query, e.Ledger)).ToList();
        var open = state.Lots.Where(l => Wants(query, l.Ledger)).ToDictionary(l => (l.Ledger, l.Id));
        var events = EventsOf(counted);
        var lots = events.Keys.Where(k => query.All || open.ContainsKey(k)).ToList();
        var page = lots.Skip(query.Skip).Take(query.Limit).Select(k => StoryOf(
            k, open.GetValueOrDefault(k), events[k], entries[(int)events[k][0].Seq - 1], texts, counted)).ToList();
        var debts = state.Debts.Where(d => Wants(query, d.Ledger)).ToList();
        var end = query.Skip + page.Count;
        return new Explanation(
            query.AsOf, open.Values.Where(l => l.IsActive).Sum(l => l.Remaining),
            open.Values.Where(l => !l.IsActive).Sum(l => l.Remaining), debts.Sum(d => d.Remaining), debts, page,
            end < lots.Count ? Cursor.Write($"{end}") : null);
    }

    private static bool Wants(ExplainQuery query, string ledger) =>
        query.Ledger == Ledgers.All || query.Ledger == ledger;

    private static Dictionary<(string Ledger, string Lot), List<LotEvent>> EventsOf(IEnumerable<LedgerEntry> entries)
    {
        var events = new Dictionary<(string, string), List<LotEvent>>();
        foreach (var e in entries)
        {
            if (e.Kind == EntryKind.Added) Note(e, e.Lot!, e.Points, paysDebt: false);
            foreach (var grant in e.Grants ?? []) Note(e, grant.Lot, grant.Points, paysDebt: false);
            foreach (var a in e.Allocations.Where(a => a.Lot.Length > 0 && a.Debt != Allocation.Expired))
                if (e.Kind != EntryKind.Activated || a.Debt is not null)
                    Note(e, a.Lot, new Points(-a.Points.Hundredths), paysDebt: a.Debt is not null);
        }

        return events;

        void Note(LedgerEntry e, string lot, Points points, bool paysDebt)
        {
            if (!events.TryGetValue((e.Ledger, lot), out var list)) events[(e.Ledger, lot)] = list = [];
            list.Add(new LotEvent(e.Seq, e.Kind, points, e.EffectiveAt, paysDebt));
        }
    }

    private static LotStory StoryOf(
        (string Ledger, string Lot) key, Lot? open, IReadOnlyList<LotEvent> events, LedgerEntry made,
        IReadOnlyDictionary<long, EntryText> texts, IReadOnlyList<LedgerEntry> counted)
    {
        var text = texts.GetValueOrDefault(made.Seq);
        var terms = open is null ? History.TermsOf(key.Ledger, counted)[key.Lot] : null;
        var state = open switch
        {
            null => "closed",
            { IsActive: true } => "active",
            { Start: null } => "awaiting",
            _ => "pending",
        };
        return new LotStory(
            key.Lot, key.Ledger, open?.Remaining ?? Points.Zero, state, made.Seq, open?.Origin ?? terms!.Origin,
            made.Rule, text?.By, text?.Reason, open?.AwardedAt ?? terms!.AwardedAt,
            open is null ? terms!.Start : open.Start, open is null ? terms!.Expiry : open.Expiry, events);
    }
}
