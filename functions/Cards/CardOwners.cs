using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>Whose wallet a card's code stands for: all routes of points lead to cards as well.</summary>
public sealed class CardOwners(CardDirectory directory) : IWalletOwners
{
    /// <inheritdoc/>
    public string Segment => "cards";

    /// <inheritdoc/>
    public ProgramKind Kind => ProgramKind.Card;

    /// <inheritdoc/>
    public async Task<Result<WalletOwner>> ResolveAsync(
        AppEnvironment environment, string program, string id, CancellationToken cancel) =>
        (await directory.FindAsync(environment, id, cancel))
        .Then<WalletOwner>(card =>
            card.Program == program ? new WalletOwner(card.CardKey) : CardsErrors.NotFound);
}
