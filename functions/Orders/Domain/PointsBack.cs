using System.Collections.Immutable;
using System.Globalization;

namespace CustomerFunctions.Orders.Domain;

/// <summary>
/// Decides which points go back when an order, or a part of it, is. The rule is cumulative: everything given back so
/// far calls for so many points, and what was called for before is not called for again. So any grouping of returns
/// calls for what one return of everything does, and that is what cancelling calls for.
/// </summary>
public static class PointsBack
{
    /// <summary>The steps, first what is given back, then what is taken back.</summary>
    /// <param name="session">The session before.</param>
    /// <param name="shares">What wallets know of it.</param>
    /// <param name="portion">How much of the order has then been given back altogether.</param>
    /// <param name="remainingNet">What is left of the order then, in minor units.</param>
    /// <param name="pointsOf">How many points an amount earns.</param>
    public static ImmutableArray<PointsStep> StepsOf(
        Session session, IReadOnlyList<WalletShare> shares, Portion portion, long remainingNet, PointsOf pointsOf) =>
    [
        .. shares.Select(s => Step(PointsStepKind.GiveBack, s, Math.Max(0, portion.From(s.Spent) - s.GivenBack)) with
        {
            Explanation = Of(portion, s.Spent, "were spent"),
        }).Where(s => s.Hundredths > 0),
        .. shares.Select(s => TakeBack(session, s, portion, remainingNet, pointsOf)),
    ];

    /// <summary>The tallies once everything is rolled back: what could not be taken back is there for the next close
    /// of the session, which does not award it again.</summary>
    public static ImmutableArray<PointsTally> Kept(Session session, IReadOnlyList<PointsDone> done) =>
    [
        // What belongs to a customer whom the session had before stays noted.
        .. session.Tallies.Where(t => !done.Any(d => d.Step.Kind == PointsStepKind.TakeBack && t.IsOf(d.Step))
            && t.Earned > t.Taken).Select(t => Left(t, t.Earned - t.Taken)),
        .. done.Where(d => d.Step.Kind == PointsStepKind.TakeBack && d.Step.Outstanding > d.Done).Select(d => Left(
            new PointsTally(d.Step.Program, d.Step.Owner, d.Step.Ledger) { Card = d.Step.Card },
            d.Step.Outstanding - d.Done)),
    ];

    /// <summary>The tallies after a return.</summary>
    public static ImmutableArray<PointsTally> Counted(Session session, IReadOnlyList<PointsDone> done)
    {
        var tallies = session.Tallies;
        foreach (var (step, taken, _) in done.Where(d => d.Step.Kind == PointsStepKind.TakeBack))
        {
            var tally = tallies.FirstOrDefault(t => t.IsOf(step))
                ?? new PointsTally(step.Program, step.Owner, step.Ledger) { Card = step.Card };
            tallies = tallies.Remove(tally).Add(tally with
            {
                Called = tally.Called + step.Hundredths,
                Taken = tally.Taken + taken,
            });
        }

        return tallies;
    }

    private static PointsTally Left(PointsTally tally, long left) => new(tally.Program, tally.Owner, tally.Ledger)
    {
        Card = tally.Card,
        Earned = left,
    };

    private static PointsStep TakeBack(
        Session session, WalletShare share, Portion portion, long remainingNet, PointsOf pointsOf)
    {
        var tally = session.Tallies.FirstOrDefault(t => t.IsOf(share))
            ?? new PointsTally(share.Program, share.Owner, share.Ledger);
        var earned = share.NetEarned + tally.Taken;
        var byRule = Math.Min(tally.Due, earned);
        var byHand = Math.Max(0, earned - tally.Earned);
        var stays = portion.IsAll || tally.Rate is null ? 0 : Math.Min(byRule, pointsOf(tally.Rate, remainingNet));
        var called = byRule - stays + portion.From(byHand);
        return Step(PointsStepKind.TakeBack, share, Math.Max(0, called - tally.Called)) with
        {
            Outstanding = share.NetEarned,
            Explanation = Of(portion, byRule + byHand, "were earned"),
        };
    }

    private static PointsStep Step(PointsStepKind kind, WalletShare share, long hundredths) =>
        new(kind, share.Program, share.Owner, share.Ledger, hundredths) { Card = share.Card };

    private static string Of(Portion portion, long hundredths, string verb)
    {
        var points = (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);
        if (portion.IsAll) return $"{points} points {verb}; nothing of the order is left.";
        var percent = (100m * portion.Of / portion.Whole).ToString("0.##", CultureInfo.InvariantCulture);
        return $"{points} points {verb}; {percent} % of the order has been given back by now.";
    }
}
