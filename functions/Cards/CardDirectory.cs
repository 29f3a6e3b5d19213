using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>A card as an order needs it.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Program">The program that it collects in.</param>
/// <param name="CardKey">The owner of its wallet.</param>
/// <param name="State">A card that is not active earns and spends nothing: its wallet is closed.</param>
public sealed record CardWallet(string Code, string Program, string CardKey, CardState State);

/// <summary>The door for other areas: which wallet a card's code stands for.</summary>
public sealed class CardDirectory(CardsTable cards)
{
    /// <summary>The card of a code, in any case. One call, two when the card was replaced before.
    /// Fails with: not-found, card-replaced with the code that holds now.</summary>
    public async Task<Result<CardWallet>> FindAsync(
        AppEnvironment environment, string code, CancellationToken cancel)
    {
        var kept = CardCode.Normal(code);
        if (CardCode.Fault(kept) is not null) return CardsErrors.NotFound;
        var place = await cards.PlaceAsync(CardId.Of(environment, kept), kept, cancel);
        if (place.Card is not { Card: var card } || !card.HasCode(kept)) return CardsErrors.NotFound;
        return card.Code == kept
            ? new CardWallet(card.Code, card.Program, card.Key, card.State)
            : CardsErrors.Replaced(card.Code, isRead: false);
    }

    /// <summary>All cards of a program whose places lie in a run of hashes, of which there are 16 by their first hex
    /// digit. One call for 1,000 rows.</summary>
    public IAsyncEnumerable<CardWallet> ScanAsync(
        AppEnvironment environment, string program, KeyRange places, CancellationToken cancel) =>
        cards.ScanAsync(environment, program, places, cancel)
            .Select(s => new CardWallet(s.Card.Code, s.Card.Program, s.Card.Key, s.Card.State));
}
