using System.Collections.Immutable;
using System.Globalization;
using CustomerFunctions.Access;
using CustomerFunctions.Cards;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders;

/// <summary>Decides which points a close is worth: to the customer in each program of customers, and to each loyalty
/// card that was shown in its own program.</summary>
public sealed class SessionAwards(ProgramCatalog programs, CardDirectory cards)
{
    /// <summary>Stands for the key of a guest who is made only when nothing is dry.</summary>
    private const string GuestToBe = "";

    /// <summary>The awards of a request to close; none for any other. Fails with: invalid (no such card),
    /// card-replaced.</summary>
    public async Task<Result<ImmutableArray<Award>>> OfAsync(
        Caller caller, SessionRequest request, Customer? customer, bool isDry, CancellationToken cancel)
    {
        var onCards = await OnCardsAsync(caller, request, cancel);
        if (!onCards.IsOk || request.State != SessionMoves.Closed) return onCards.Map(_ => ImmutableArray<Award>.Empty);
        var isGuestToBe = isDry && Identification.Of(
            request.Content!, request.ProfileId, request.Contact, caller.CaptureOf(request.Content!.Channel))
            is not IdentifyBy.Nothing;
        if (customer is null && !isGuestToBe) return onCards;
        var applicable = await programs.ApplicableAsync(caller.Environment, caller.App.Name, cancel);
        return onCards.Map(found =>
            Of(applicable, request.Content!, customer?.Key ?? GuestToBe).AddRange(found));
    }

    /// <summary>The points that a close of an order is worth now to one owner, in each of the programs.</summary>
    public static ImmutableArray<Award> Of(
        IEnumerable<LoyaltyProgram> programs, SessionContent content, string owner) =>
    [
        .. programs.Select(p => (Program: p, Points: p.Earn.PointsFor(content.Total, content.Currency)))
            .Where(a => a.Points > Points.Zero)
            .OrderBy(a => a.Program.Name, StringComparer.Ordinal)
            .Select(a => new Award(
                a.Program.Name, owner, Ledgers.Main, a.Points.Hundredths,
                new EarnRate(a.Program.Earn.PointsPerUnit, a.Program.Earn.Rounding.ToString()))
            {
                Explanation = Explain(a.Program.Earn, content),
            }),
    ];

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
            awards.AddRange(Of(applicable.Where(p => p.Name == card.Program), request.Content!, card.CardKey)
                .Select(a => a with { Card = card.Code }));
        }

        // Two codes of one card earn once.
        return awards.DistinctBy(a => a.Owner).ToImmutableArray();
    }

    private static string Explain(EarnRule earn, SessionContent content)
    {
        var major = (decimal)content.Total / Currencies.MinorPerMajor(content.Currency);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{major} {content.Currency} at {earn.PointsPerUnit} points for each, {Rounded(earn.Rounding)}.");
    }

    private static string Rounded(EarnRounding rounding) => rounding switch
    {
        EarnRounding.Down => "rounded down",
        EarnRounding.Nearest => "rounded to the nearest point",
        EarnRounding.Up => "rounded up",
        _ => "rounded down to hundredths",
    };
}
