using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards;

/// <summary>
/// Closes and opens a card's wallet as the card's state asks. Each writer leaves a mark of its own in the due index
/// before it changes the card, and takes it away once the wallet is as the card says; what a crash leaves, the timer
/// does. Whoever seals reads the card once more: the last one to seal sees the state that holds.
/// </summary>
public sealed class CardSeals(CardsTable cards, PointsLedger ledger, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's kind of work for wallets that may not be as their card says.</summary>
    public const string DueKind = "card-seal";

    // Long enough that the request itself is done by then.
    private static readonly TimeSpan SweepAfter = TimeSpan.FromMinutes(1);

    // Each round means that somebody changed the card meanwhile, who seals too.
    private const int RoundsMax = 5;

    /// <summary>Leaves a mark, before the card is written but after it was read.</summary>
    public Task<DueItem> MarkAsync(CardId home, string writer, CancellationToken cancel) =>
        due.MarkAsync(DueKind, $"{home}|{writer}", clock.GetUtcNow() + SweepAfter, cancel);

    /// <summary>Takes a mark away whose writer has nothing to seal.</summary>
    public Task DropAsync(DueItem mark, CancellationToken cancel) => due.RemoveAsync(mark, cancel);

    /// <summary>Brings the wallet where the card's state wants it, and takes the mark away; null, or why not: then the
    /// timer does it. Fails with: contention.</summary>
    public async Task<Error?> ApplyAsync(StoredCard stored, DueItem mark, CancellationToken cancel)
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            if (await SealAsync(stored, cancel) is { } refusal) return refusal;
            var after = await cards.FindAsync(stored.Id, cancel) ?? stored;
            if (after.Card.Seal == stored.Card.Seal)
            {
                await due.RemoveAsync(mark, cancel);
                return null;
            }

            stored = after;
        }

        return Error.Contention;
    }

    /// <summary>Does what a mark asks for; true when the mark can go. A writer that marked but has not written yet must
    /// fail, and so mark again.</summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var home = CardId.Parse(item.Subject);
        var stored = await cards.FindAsync(home, cancel);
        if (stored is not null && await SealAsync(stored, cancel) is not null) return false;
        return await cards.FenceAsync(home, stored, cancel);
    }

    private Task<Error?> SealAsync(StoredCard stored, CancellationToken cancel) => ledger.SealAsync(
        new WalletId(stored.Id.Environment, stored.Card.Program, stored.Card.Key), stored.Card.Seal, cancel);
}
