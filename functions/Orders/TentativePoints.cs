using CustomerFunctions.Access;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;

namespace CustomerFunctions.Orders;

/// <summary>What an open order would bring if it were closed now. Other open orders are not counted.</summary>
/// <param name="Program">In which program.</param>
/// <param name="Points">How many points.</param>
/// <param name="Active">Active points with them.</param>
/// <param name="Pending">Pending points with them.</param>
/// <param name="Negative">What would still be owed.</param>
/// <param name="Tier">The tier with them.</param>
public sealed record TentativeBalance(
    string Program, Points Points, Points Active, Points Pending, Points Negative, string? Tier);

/// <summary>Foresees the balances of an open order's customer. One storage call for each program.</summary>
public sealed class TentativePoints(ProgramCatalog programs, WalletReader wallets)
{
    /// <summary>One for each program that would award points; none for an order without a customer, or
    /// whose customer the ordering site does not vouch for.</summary>
    public async Task<IReadOnlyList<TentativeBalance>> OfAsync(
        Caller caller, Session session, CancellationToken cancel)
    {
        if (session is not { State: SessionState.Open, Customer: { IsTrusted: true } customer })
            return [];
        var found = new List<TentativeBalance>();
        var applicable = await programs.ApplicableAsync(caller.Environment, caller.App.Name, cancel);
        foreach (var award in SessionAwards.Of(applicable, session.Content, customer.Key))
        {
            var points = new Points(award.Hundredths);
            var balance = await wallets.ForeseeAsync(
                new WalletId(caller.Environment, award.Program, customer.Key),
                applicable.First(p => p.Name == award.Program),
                new Grant(points, Origins.Session(session.Application, session.SessionId), caller.Name),
                cancel);
            found.Add(new TentativeBalance(
                award.Program, points, balance.Active, balance.Pending, balance.Negative, balance.Tier));
        }

        return found;
    }
}
