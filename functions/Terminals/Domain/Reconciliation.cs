using System.Collections.Immutable;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>Compares what a payment has led to with what it should lead to. Pure.</summary>
public static class Reconciliation
{
    /// <summary>What a payment should lead to.</summary>
    /// <param name="summary">What its facts add up to.</param>
    /// <param name="profileKey">Whose it is, or null.</param>
    /// <param name="learnedAt">The evidence that made it so.</param>
    /// <param name="rates">How programs pay.</param>
    /// <param name="pointsOf">The points, in hundredths, that a net amount earns at a rate.</param>
    public static Outcome Desired(
        PaymentSummary summary, string? profileKey, DateTimeOffset learnedAt, IEnumerable<Rate> rates,
        Func<Rate, long, long> pointsOf)
    {
        if (profileKey is null) return Outcome.None;
        var isCancelled = summary.Status == PaymentStatus.Cancelled;
        return new Outcome
        {
            ProfileKey = profileKey,
            OccurredAt = summary.OccurredAt,
            Points = rates.Where(r => r.Earns(summary.OccurredAt, learnedAt))
                .Select(r => KeyValuePair.Create(r.Program, pointsOf(r, summary.Net)))
                .Where(p => p.Value > 0)
                .ToImmutableSortedDictionary(StringComparer.Ordinal),
            Spent = isCancelled ? 0 : summary.Amount,
            Refunded = isCancelled ? 0 : summary.Refunded,
            Currency = summary.Currency,
        };
    }

    /// <summary>The steps from what is to what should be, or null when there are none.</summary>
    /// <param name="payment">The payment as it is.</param>
    /// <param name="desired">What it should have led to.</param>
    /// <param name="at">When added points count from: the payment's own time.</param>
    public static PaymentIntent? Plan(Payment payment, Outcome desired, DateTimeOffset at)
    {
        var now = payment.Outcome;
        if (now.Says(desired)) return null;
        return new PaymentIntent(
            payment.Intents + 1, at, [.. PointsSteps(now, desired).OrderByDescending(s => s.IsTakenBack)],
            [.. FigureSteps(now, desired)], desired);
    }

    private static IEnumerable<PointsStep> PointsSteps(Outcome now, Outcome desired)
    {
        var isSame = now.ProfileKey == desired.ProfileKey;
        foreach (var program in now.Points.Keys.Union(desired.Points.Keys).Order(StringComparer.Ordinal))
        {
            var had = now.Points.GetValueOrDefault(program);
            var due = desired.Points.GetValueOrDefault(program);
            var takenBack = isSame ? Math.Max(0, had - due) : had;
            var added = isSame ? Math.Max(0, due - had) : due;
            if (takenBack > 0) yield return new PointsStep(now.ProfileKey!, program, takenBack, IsTakenBack: true);
            if (added > 0) yield return new PointsStep(desired.ProfileKey!, program, added, IsTakenBack: false);
        }
    }

    private static IEnumerable<FigureStep> FigureSteps(Outcome now, Outcome desired)
    {
        if (now.ProfileKey == desired.ProfileKey && now.Currency == desired.Currency)
        {
            var step = new FigureStep(
                now.ProfileKey!, desired.Spent - now.Spent, desired.Refunded - now.Refunded, desired.Currency);
            return step is { Spent: 0, Refunded: 0 } ? [] : [step];
        }

        var steps = new List<FigureStep>();
        if (now is { ProfileKey: { } old } && (now.Spent != 0 || now.Refunded != 0))
            steps.Add(new FigureStep(old, -now.Spent, -now.Refunded, now.Currency));
        if (desired is { ProfileKey: { } key } && (desired.Spent != 0 || desired.Refunded != 0))
            steps.Add(new FigureStep(key, desired.Spent, desired.Refunded, desired.Currency));
        return steps;
    }
}
