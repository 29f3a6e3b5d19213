using CustomerFunctions.Shared;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Moving points between wallets, and changing when they begin and end: pure, over a wallet that is settled up
/// to now.</summary>
public static class Moves
{
    /// <summary>Lots that one transfer may touch: their terms travel in one entry of at most 1 MiB.</summary>
    public const int LotsMax = 2_000;

    /// <summary>Ledgers whose points one activation may touch: each takes an entry and events of one transaction.
    /// </summary>
    public const int ActivatedLedgersMax = 12;

    /// <summary>Takes active points out, to be taken in elsewhere. Fails with: program-inactive, insufficient-points,
    /// too-many-lots.</summary>
    public static Result<Draft> Out(Draft draft, Transfer transfer, TransferLink link, LoyaltyProgram program,
        Stamp stamp)
    {
        if (program.State != ProgramState.Active) return LoyaltyErrors.ProgramInactive;
        var (allocations, missing) = Spending.Take(
            Spending.Active(draft.State, transfer.Ledger), transfer.Points);
        if (missing > Points.Zero)
            return LoyaltyErrors.InsufficientPoints(draft.State.BalanceOf(transfer.Ledger), transfer.Ledger);
        if (allocations.Length > LotsMax) return LoyaltyErrors.TooManyLots;
        return draft.With(
            Draft.Entry(EntryKind.TransferredOut, transfer.Ledger, transfer.Points, draft.Now).Stamped(stamp) with
            {
                Allocations = allocations,
                Transfer = link,
            });
    }

    /// <summary>What the lots of a transfer take along: their part, and when they began and will end.</summary>
    public static IReadOnlyList<LotGrant> Luggage(WalletState before, LedgerEntry moved)
    {
        var lots = before.Lots.Where(l => l.Ledger == moved.Ledger).ToDictionary(l => l.Id, StringComparer.Ordinal);
        return
        [
            .. moved.Allocations.Select(a => a.Lot.Length == 0 ? Lent(moved, a)
                : lots[a.Lot] is var lot ? new LotGrant(
                    lot.Id, a.Points, lot.Origin, lot.AwardedAt, lot.Start, lot.Expiry, lot.ExpiryRule) : null!),
        ];
    }

    /// <summary>Takes everything out of the first ledger that holds something, active or not, as far as one entry
    /// carries it: for a wallet that is merged into another. Null when nothing is left.</summary>
    /// <param name="draft">The wallet.</param>
    /// <param name="link">The other side, given the ledger.</param>
    /// <param name="stamp">Of the entry.</param>
    public static Draft? OutAll(Draft draft, Func<string, TransferLink> link, Stamp stamp)
    {
        if (draft.State.Lots.Select(l => l.Ledger).Min(StringComparer.Ordinal) is not { } ledger) return null;
        var lots = Spending.InOrder(draft.State.Lots.Where(l => l.Ledger == ledger)).Take(LotsMax).ToList();
        return draft.With(
            Draft.Entry(EntryKind.TransferredOut, ledger, lots.Sum(l => l.Remaining), draft.Now).Stamped(stamp) with
            {
                Allocations = [.. lots.Select(l => new Allocation(l.Id, l.Remaining))],
                Transfer = link(ledger),
            });
    }

    /// <summary>Takes points out to pay what a wallet owes that is merged into this one: active ones first; the rest is
    /// owed here from now on.</summary>
    public static Draft Shoulder(Draft draft, string ledger, Points owed, TransferLink link, Stamp stamp)
    {
        var (allocations, missing) = Spending.Take(Spending.Active(draft.State, ledger), owed);
        return draft.With(Draft.Entry(EntryKind.TransferredOut, ledger, owed, draft.Now).Stamped(stamp) with
        {
            Allocations = [.. allocations, .. Spending.Owe(missing, draft.NextId)],
            Transfer = link,
        });
    }

    /// <summary>Notes that a merge has ended, and where the other owner stood.</summary>
    public static Draft EndMerge(Draft draft, TransferLink link, Standing brought, Stamp stamp) => draft.With(
        Draft.Entry(EntryKind.TransferredIn, Ledgers.Main, Points.Zero, draft.Now).Stamped(stamp) with
        {
            Grants = [],
            Transfer = link,
            Brought = brought,
        });

    // Points that are owed for: they pay a debt at once.
    private static LotGrant Lent(LedgerEntry moved, Allocation owed) => new(
        owed.Debt!, owed.Points, new Origin("merge", moved.Transfer!.Id), moved.EffectiveAt,
        moved.EffectiveAt.WholeSecond(), null);

    /// <summary>Takes points in that another wallet or ledger has given up at that instant. Never refuses: they must
    /// lie somewhere.</summary>
    public static Draft In(
        Draft draft, string ledger, IReadOnlyList<LotGrant> luggage, TransferLink link, DateTimeOffset at, Stamp stamp)
    {
        var effectiveAt = at < draft.Now ? at : draft.Now;
        var entry = Draft.Entry(EntryKind.TransferredIn, ledger, luggage.Sum(g => g.Points), effectiveAt) with
        {
            Grants = luggage,
            Transfer = link,
        };
        return draft.With(entry.Stamped(stamp) with { Allocations = [.. Spending.PaidBy(draft.State, entry)] });
    }

    /// <summary>Activates points that wait for an action. Fails with: nothing-awaits, expiry-passed.</summary>
    public static Result<Draft> Activate(Draft draft, Activation activation, LoyaltyProgram program, Stamp stamp)
    {
        var awaiting = draft.State.Lots.Where(l => l.Start is null
            && (l.Seq == activation.Seq || (activation.Origin is { } o && l.Origin == o))).ToList();
        if (awaiting.Count == 0) return LoyaltyErrors.NothingAwaits;
        if (awaiting.DistinctBy(l => l.Ledger).Count() > ActivatedLedgersMax) return LoyaltyErrors.TooManyLedgers;
        // One entry for each ledger: its balance stands beside it. The first carries the text.
        foreach (var lots in awaiting.GroupBy(l => l.Ledger).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var activated = Activated(draft, [.. lots], program, stamp);
            if (activated.Terms!.Any(t => t.Expiry < t.Start)) return LoyaltyErrors.ExpiryPassed;
            draft = draft.With(activated);
            stamp = stamp with { TextDigest = null };
        }

        return draft;
    }

    /// <summary>Gives points a later expiry; those that would not last longer stay as they are. Fails with:
    /// nothing-to-extend, invalid (too far).</summary>
    public static Result<Draft> Extend(Draft draft, Extension extension, LoyaltyProgram program, Stamp stamp)
    {
        var lots = draft.State.Lots.Where(l => extension.Seq is { } seq ? l.Seq == seq
            : l.Ledger == (extension.Ledger ?? Ledgers.Main));
        var later = lots.Select(l => (Lot: l, Expiry: Later(l, extension.Expiry, program)))
            .Where(x => x.Lot.Expiry is not null && (x.Expiry is null || x.Expiry > x.Lot.Expiry)).ToList();
        if (later.Count == 0) return LoyaltyErrors.NothingToExtend;
        if (later.Any(x => x.Expiry > Horizon.ExpiryMax)) return Error.Invalid("/expiry", "It lies too far away.");
        var ledger = later[0].Lot.Ledger;
        return draft.With(
            Draft.Entry(EntryKind.Extended, ledger, later.Sum(x => x.Lot.Remaining), draft.Now).Stamped(stamp) with
            {
                Terms = [.. later.Select(x => new LotTerms(x.Lot.Id, null, x.Expiry))],
            });
    }

    private static DateTimeOffset? Later(Lot lot, ExpiryRule rule, LoyaltyProgram program) =>
        lot.Expiry is { } now ? rule.From(now, program.Zone) : null;

    private static LedgerEntry Activated(Draft draft, IReadOnlyList<Lot> lots, LoyaltyProgram program, Stamp stamp)
    {
        var start = draft.Now.WholeSecond();
        var begun = lots.Select(l => l with
        {
            Start = start,
            Expiry = l.ExpiryRule is { } rule ? ExpiryRule.Parse(rule)!.From(start, program.Zone) : l.Expiry,
        }).ToList();
        return Draft.Entry(EntryKind.Activated, lots[0].Ledger, lots.Sum(l => l.Remaining), draft.Now).Stamped(stamp)
            with
        {
            Terms = [.. begun.Select(l => new LotTerms(l.Id, l.Start, l.Expiry))],
            Allocations =
                [
                    .. begun.Select(l => new Allocation(l.Id, l.Remaining)),
                    .. Spending.PayDebts(draft.State, lots[0].Ledger, begun),
                ],
        };
    }
}
