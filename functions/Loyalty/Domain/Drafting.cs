using System.Collections.Immutable;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Entries in the making: each one folds into the state that the next one sees.</summary>
/// <param name="Wallet">The wallet's name, for ids and the chain.</param>
/// <param name="State">The wallet after the entries so far.</param>
/// <param name="Tiers">How the program decides on tiers.</param>
/// <param name="Now">The instant of writing.</param>
/// <param name="Entries">The entries so far, sealed.</param>
public sealed record Draft(
    string Wallet, WalletState State, TierPolicy Tiers, DateTimeOffset Now, ImmutableArray<LedgerEntry> Entries)
{
    /// <summary>Owners whose wallets were merged into this one.</summary>
    public ImmutableArray<string> Absorbed { get; init; } = [];

    /// <summary>True for what is only looked at and never written: its entries need no hashes.</summary>
    public bool IsForeseen { get; init; }

    /// <summary>Nothing drafted yet. The time of writing never goes back behind what is already recorded.</summary>
    public static Draft On(string wallet, WalletState state, TierPolicy tiers, DateTimeOffset now) =>
        new(wallet, state, tiers, now > state.RecordedAt ? now : state.RecordedAt, []);

    /// <summary>The name of the lot or debt that the next entry makes.</summary>
    public string NextId => Hash.Hex(Wallet, $"{State.Seq + 1}")[..16];

    /// <summary>The draft with one more entry, numbered, balanced, ranked, sealed and folded in.</summary>
    public Draft With(LedgerEntry entry)
    {
        var numbered = entry with { Seq = State.Seq + 1, RecordedAt = Now };
        var after = Fold.Apply(State, numbered);
        // Nobody is between two ledgers of one wallet: the next entry takes the points in.
        var isUnderway = entry.Kind == EntryKind.TransferredOut && entry.Transfer?.Wallet == Wallet;
        var standing = isUnderway || Tiers.Tiers.Count == 0 ? after.Standing
            : Tiers.After(after.Standing, numbered, after.ActiveOnceDone(numbered.EffectiveAt));
        if (standing != State.Standing)
        {
            numbered = numbered with { Standing = standing };
            after = after with { Standing = standing };
        }

        numbered = numbered with { BalanceAfter = after.BalanceOf(entry.Ledger) };
        if (!IsForeseen) numbered = Chain.Seal(numbered, Wallet, State.Hash);
        return this with
        {
            State = after with { Hash = numbered.Hash },
            Entries = IsForeseen ? [] : Entries.Add(numbered),
        };
    }

    /// <summary>An entry with what every entry has; <see cref="With"/> fills the rest in.</summary>
    public static LedgerEntry Entry(EntryKind kind, string ledger, Points points, DateTimeOffset effectiveAt) => new()
    {
        Seq = 0,
        Kind = kind,
        Ledger = ledger,
        Points = points,
        EffectiveAt = effectiveAt,
        RecordedAt = effectiveAt,
        BalanceAfter = new BalanceAfter(default, default, default),
    };
}
