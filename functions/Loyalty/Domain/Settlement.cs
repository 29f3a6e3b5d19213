using System.Collections.Immutable;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>
/// Writes down what time alone has done to a wallet. The entries depend on the wallet and the instant only, never on
/// when a timer ran: each is stamped with its due instant, and all lots of one ledger that turn at one instant share
/// one entry.
/// </summary>
public static class Settlement
{
    /// <summary>Entries for one transaction: it also holds the head, lot pages and events.</summary>
    public const int EntriesMax = 40;

    /// <summary>Drafts every activation and expiry due up to <see cref="Draft.Now"/>, at most
    /// <paramref name="entriesMax"/> entries; call again until nothing is added.</summary>
    public static Draft Due(Draft draft, int entriesMax = EntriesMax) => UpTo(draft, draft.Now, entriesMax);

    /// <summary>The wallet as it will be, or was, at an instant, when nothing else happens to it.</summary>
    public static WalletState At(string wallet, WalletState state, DateTimeOffset instant) =>
        UpTo(new Draft(wallet, state, instant, []), instant, int.MaxValue).State;

    private static Draft UpTo(Draft draft, DateTimeOffset instant, int entriesMax)
    {
        while (draft.Entries.Length < entriesMax && draft.State.NextDueAt() is { } due && due <= instant)
        {
            // Ordered by instant, then kind, then ledger and lot.
            var starting = draft.State.Lots.FirstOrDefault(l => !l.IsActive && l.Start == due);
            draft = starting is not null
                ? draft.With(Activation(draft.State, due, Ledgers(draft, l => !l.IsActive && l.Start == due)))
                : draft.With(Expiry(draft.State, due, Ledgers(draft, l => l.IsActive && l.EndsAt == due)));
        }

        return draft;
    }

    private static string Ledgers(Draft draft, Func<Lot, bool> isDue) =>
        draft.State.Lots.Where(isDue).Select(l => l.Ledger).Min(StringComparer.Ordinal)!;

    private static LedgerEntry Activation(WalletState state, DateTimeOffset due, string ledger)
    {
        var lots = state.Lots.Where(l => !l.IsActive && l.Start == due && l.Ledger == ledger).ToImmutableArray();
        return Draft.Entry(EntryKind.Activated, ledger, lots.Sum(l => l.Remaining), due) with
        {
            Allocations =
            [
                .. lots.Select(l => new Allocation(l.Id, l.Remaining)), .. Spending.PayDebts(state, ledger, lots),
            ],
        };
    }

    private static LedgerEntry Expiry(WalletState state, DateTimeOffset due, string ledger)
    {
        var lots = state.Lots.Where(l => l.IsActive && l.EndsAt == due && l.Ledger == ledger).ToImmutableArray();
        return Draft.Entry(EntryKind.Expired, ledger, lots.Sum(l => l.Remaining), due) with
        {
            Allocations = [.. lots.Select(l => new Allocation(l.Id, l.Remaining))],
        };
    }
}
