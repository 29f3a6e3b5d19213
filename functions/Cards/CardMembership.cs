using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>Puts customers on cards and takes them off, with the way from the customer to the card beside it.</summary>
public sealed class CardMembership(
    CardsTable cards, CardMembersTable members, CardWriter writer, TimeProvider clock)
{
    /// <summary>Adds a customer to a card. Fails with: not-found, card-replaced, too-many-members,
    /// idempotency-key-reused, contention.</summary>
    public Task<Result<SavedCard>> AddAsync(
        CardAddress address, ProfileKey profile, int membersMax, Change change, CancellationToken cancel)
    {
        var write = new CardWrite(
            address, change, card => CardMoves.AddMember(card, profile, membersMax, clock.GetUtcNow()))
        {
            // In every attempt: whoever takes the customer off meanwhile removes the way only as it read it.
            First = (card, c) => members.PutAsync(profile, card.Id, c),
        };
        return writer.ChangeAsync(write, cancel);
    }

    /// <summary>Takes a customer off a card; nothing happens when he is not on it.
    /// Fails with: not-found, card-replaced, contention.</summary>
    public async Task<Result<SavedCard>> RemoveAsync(
        CardAddress address, ProfileKey profile, Change change, CancellationToken cancel)
    {
        var place = await cards.PlaceAsync(address.Id, address.Code, cancel);
        var way = place.Card is { } card ? await members.FindAsync(profile, card.Id, cancel) : null;
        var saved = await writer.ChangeAsync(
            new CardWrite(address, change, c => CardMoves.RemoveMember(c, profile)), cancel);
        if (saved.IsOk && way is { } row) await members.RemoveAsync(row, cancel);
        return saved;
    }
}
