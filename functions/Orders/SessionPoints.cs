using CustomerFunctions.Cards;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>Asks wallets what a session has earned and spent: its customer's in every program, and those of its loyalty
/// cards.</summary>
public sealed class SessionPoints(ProgramCatalog programs, WalletReader wallets, CardDirectory cards)
{
    /// <summary>One share for each ledger in which the session occurs. One call for each wallet, and those that read
    /// the history of each that is not empty.</summary>
    public async Task<IReadOnlyList<WalletShare>> OfAsync(
        AppEnvironment environment, Session session, CancellationToken cancel)
    {
        var shares = new List<WalletShare>();
        var origin = Origins.Session(session.Application, session.SessionId);
        foreach (var (wallet, card) in await WalletsAsync(environment, session, cancel))
            shares.AddRange((await wallets.OfOriginAsync(wallet, origin, cancel)).Select(f => new WalletShare(
                wallet.Program, wallet.Owner, f.Ledger, f.NetEarned.Hundredths, f.Spent.Hundredths,
                f.GivenBack.Hundredths)
            {
                Card = card,
            }));
        return shares;
    }

    /// <summary>How many hundredths of a point an amount in a currency earns at a rate.</summary>
    public static PointsOf In(string currency) => (rate, net) =>
        new EarnRule(rate.PointsPerUnit, Enum.Parse<EarnRounding>(rate.Rounding)).PointsFor(net, currency).Hundredths;

    private async Task<IEnumerable<(WalletId Wallet, string? Card)>> WalletsAsync(
        AppEnvironment environment, Session session, CancellationToken cancel)
    {
        var found = new List<(WalletId Wallet, string? Card)>();
        if (session.Customer is { } customer)
            foreach (var program in await programs.ListAsync(environment, cancel))
                if (program.Kind == ProgramKind.Profile)
                    found.Add((new WalletId(environment, program.Name, customer.Key), null));
        // Cards that earned are known by their keys, though their codes may be erased by now.
        found.AddRange(session.Tallies.Where(t => !found.Any(f => f.Wallet.Owner == t.Owner))
            .Where(t => t.Card is not null)
            .Select(t => (new WalletId(environment, t.Program, t.Owner), t.Card)));
        foreach (var code in session.Content.LoyaltyCards)
            if ((await cards.FindAsync(environment, code, cancel)).Try(out var card, out _))
                found.Add((new WalletId(environment, card.Program, card.CardKey), card.Code));
        return found.DistinctBy(f => f.Wallet);
    }
}
