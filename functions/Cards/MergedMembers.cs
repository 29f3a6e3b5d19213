using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>Puts the customer who stays on the cards of one who was merged: nobody has two places on a card.</summary>
public sealed class MergedMembers(CardMembersTable members, CardsTable cards, CardWriter writer) : IMoves
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReasonsAgainstAsync(
        AppEnvironment environment, ProfileKey from, ProfileKey into, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    /// <inheritdoc/>
    public async Task<Error?> MoveAsync(
        AppEnvironment environment, ProfileKey from, ProfileKey into, CancellationToken cancel)
    {
        await foreach (var way in members.ListAsync(environment, from, null, cancel))
        {
            if (await cards.FindAsync(way.Home, cancel) is { } stored
                && (await ReplaceAsync(stored, from, into, cancel)).Error is { } error) return error;
            await members.RemoveAsync(way, cancel);
        }

        return null;
    }

    private Task<Result<SavedCard>> ReplaceAsync(
        StoredCard stored, ProfileKey from, ProfileKey into, CancellationToken cancel)
    {
        // A change of its own each time: what was put on the card meanwhile is replaced again.
        var change = new Change(Guid.NewGuid().ToString("n"), "");
        var address = new CardAddress(stored.Id.Environment, stored.Card.Program, stored.Card.Code);
        var write = new CardWrite(address, change, card => CardMoves.Merge(card, from, into))
        {
            First = (card, c) => members.PutAsync(into, card.Id, c),
        };
        return writer.ChangeAsync(write, cancel);
    }
}
