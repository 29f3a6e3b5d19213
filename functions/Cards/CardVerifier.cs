using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>Checks a verification code against a member number. A number that is nobody's is counted, read and compared
/// like one that is somebody's, so that neither answers nor their time tell which numbers there are.</summary>
public sealed class CardVerifier(CardsTable cards, CardTriesTable tries)
{
    /// <summary>The card, when the code is its own. Fails with: membership-not-found, too-many-tries, contention.
    /// </summary>
    public async Task<Result<StoredCard>> VerifyAsync(
        AppEnvironment environment, string number, string code, Change change, CancellationToken cancel)
    {
        var id = CardId.Of(environment, number);
        // The same request again is the same guess: it tells nothing new and is not counted anew.
        var counted = await tries.CountAsync(id, Hash.Hex(change.Id, change.BodyHash), cancel);
        if (!counted.Try(out _, out var error)) return error;
        var place = await cards.PlaceAsync(id, number, cancel);
        // A second read for every number: one that leads elsewhere has had two.
        var stored = await cards.FindAsync(place.Card?.Id ?? id, cancel);
        var card = stored?.Card.Number == number ? stored.Card : null;
        if (!Verification.Fits(card, code)) return CardsErrors.MembershipNotFound;
        await tries.ClearAsync(id, cancel);
        return stored!;
    }
}
