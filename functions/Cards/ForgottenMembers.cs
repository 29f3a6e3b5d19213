using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards;

/// <summary>Takes a customer who is erased off all cards. The cards keep their points: they are the card's.</summary>
public sealed class ForgottenMembers(CardMembersTable members, CardsTable cards, CardWriter writer) : IForgets
{
    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        await foreach (var way in members.ListAsync(environment, key, null, cancel))
        {
            if (await cards.FindAsync(way.Home, cancel) is { } stored)
                await RemoveAsync(stored, key, cancel);
            await members.RemoveAsync(way, cancel);
        }
    }

    private async Task RemoveAsync(StoredCard stored, ProfileKey key, CancellationToken cancel)
    {
        // A change of its own each time: a customer who was put back on the card meanwhile goes again.
        var change = new Change(Guid.NewGuid().ToString("n"), "");
        var address = new CardAddress(stored.Id.Environment, stored.Card.Program, stored.Card.Code);
        var write = new CardWrite(address, change, card => CardMoves.Forget(card, key));
        var removed = await writer.ChangeAsync(write, cancel);
        if (removed.Error is { } error) throw new StorageUnavailableException(new TimeoutException(error.Message));
    }
}
