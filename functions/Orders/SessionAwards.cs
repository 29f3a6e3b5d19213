using System.Collections.Immutable;
using CustomerFunctions.Access;
using CustomerFunctions.Cards;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders;

/// <summary>Decides which points a close awards: to the customer in each program of customers, and to each loyalty card
/// that was shown in its own program.</summary>
public sealed class SessionAwards(ProgramCatalog programs, CardDirectory cards)
{
    /// <summary>The awards of a request to close; none for any other. Fails with: invalid (no such card),
    /// card-replaced.</summary>
    public async Task<Result<ImmutableArray<Award>>> OfAsync(
        Caller caller, SessionRequest request, Customer? customer, bool isDry, CancellationToken cancel)
    {
        var onCards = await OnCardsAsync(caller, request, cancel);
        if (!onCards.IsOk || request.State != SessionMoves.Closed) return onCards.Map(_ => ImmutableArray<Award>.Empty);
        var isGuestToBe = isDry && Identification.Of(request.Content!, request.ProfileId, request.Contact)
            != IdentifyBy.Nothing;
        if (customer is null && !isGuestToBe) return onCards;
        var applicable = await programs.ApplicableAsync(caller.Environment, caller.App.Name, cancel);
        return onCards.Map(found => SessionClosing.AwardsOf(applicable, request.Content!).AddRange(found));
    }

    private async Task<Result<ImmutableArray<Award>>> OnCardsAsync(
        Caller caller, SessionRequest request, CancellationToken cancel)
    {
        var codes = request.Content?.LoyaltyCards ?? [];
        if (codes.IsEmpty) return ImmutableArray<Award>.Empty;
        var awards = ImmutableArray.CreateBuilder<Award>();
        var applicable = await programs.ApplicableAsync(
            caller.Environment, caller.App.Name, ProgramKind.Card, cancel);
        for (var i = 0; i < codes.Length; i++)
        {
            var found = await cards.FindAsync(caller.Environment, codes[i], cancel);
            if (!found.Try(out var card, out var error))
                return error.Kind == ErrorKind.NotFound
                    ? Error.Invalid($"/loyaltyCards/{i}", "There is no such card.")
                    : error;
            if (applicable.FirstOrDefault(p => p.Name == card.Program) is { } program
                && SessionClosing.AwardOf(program, request.Content!, new AwardedCard(card.Code, card.CardKey))
                    is { } award) awards.Add(award);
        }

        // Two codes of one card earn once.
        return awards.DistinctBy(a => a.Card!.Key).ToImmutableArray();
    }
}
