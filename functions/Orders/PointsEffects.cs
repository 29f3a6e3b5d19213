using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders;

/// <summary>What a step with points is told as.</summary>
public static class PointsEffects
{
    /// <summary>What became of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="answer">What the ledger said; null when there was nothing to do.</param>
    public static PointsDone Of(PointsStep step, Result<LedgerAnswer>? answer)
    {
        if (answer is not { } said) return new PointsDone(step, 0, Nothing(step));
        if (!said.Try(out var moved, out var error))
            return new PointsDone(
                step, 0, Told(step, Effect.Refused) with { Reason = error.Code, Explanation = error.Message });
        var entry = moved.Entry;
        // What had expired, and what is owed from now on, came back as well.
        var done = step.Kind == PointsStepKind.TakeBack ? entry.Allocations.Sum(a => a.Points) : entry.Points;
        var owed = entry.Allocations.Where(a => a.Lot.Length == 0).Sum(a => a.Points);
        return new PointsDone(step, done.Hundredths, Told(step, TypeOf(step.Kind)) with
        {
            Points = entry.Points.Hundredths / 100m,
            Entry = entry.Seq,
            Negative = step.Kind == PointsStepKind.TakeBack ? Part(owed.Hundredths) : null,
            Shortfall = step.Kind == PointsStepKind.TakeBack ? Part(step.Hundredths - done.Hundredths) : null,
        });
    }

    /// <summary>What a step would be told as, when nothing is written: as if the wallets gave all that is asked for.
    /// </summary>
    public static PointsDone Foreseen(PointsStep step) => new(
        step, step.Hundredths,
        step.Hundredths == 0 ? Nothing(step) : Told(step, TypeOf(step.Kind)) with { Points = step.Hundredths / 100m });

    // An award of which everything is there already is told all the same.
    private static Effect? Nothing(PointsStep step) => step is { Kind: PointsStepKind.Award, Outstanding: > 0 }
        ? Told(step, Effect.Awarded) with { Points = 0 }
        : null;

    private static Effect Told(PointsStep step, string type) => new(type)
    {
        Program = step.Program,
        Ledger = step.Ledger == Ledgers.Main ? null : step.Ledger,
        Card = step.Card is { Length: > 0 } code ? code : null,
        Kept = step.Kind == PointsStepKind.Award ? Part(step.Outstanding) : null,
        Explanation = step.Explanation,
    };

    private static decimal? Part(long hundredths) => hundredths == 0 ? null : hundredths / 100m;

    private static string TypeOf(PointsStepKind kind) => kind switch
    {
        PointsStepKind.GiveBack => Effect.Restored,
        PointsStepKind.TakeBack => Effect.Reversed,
        _ => Effect.Awarded,
    };
}
