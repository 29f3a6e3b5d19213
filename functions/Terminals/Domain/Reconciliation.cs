using System.Collections.Immutable;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>Compares what a payment has led to with what it should lead to. Pure.</summary>
public static class Reconciliation
{
    /// <summary>What a payment should lead to.</summary>
    /// <param name="summary">What its facts add up to.</param>
    /// <param name="owner">Whose it is, or null.</param>
    /// <param name="rates">How programs pay.</param>
    /// <param name="pointsOf">The points, in hundredths, that a net amount earns at a rate.</param>
    public static Outcome Desired(
        PaymentSummary summary, PaymentOwner? owner, IEnumerable<Rate> rates, Func<Rate, long, long> pointsOf)
    {
        if (owner is null) return Outcome.None;
        var isCancelled = summary.Status == PaymentStatus.Cancelled;
        return new Outcome
        {
            ProfileKey = owner.ProfileKey,
            OccurredAt = summary.OccurredAt,
            Points = rates.Where(r => r.Earns(summary.OccurredAt, owner.KnownAt))
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
    /// <param name="keys">All keys of whom it should belong to.</param>
    public static PaymentIntent? Plan(
        Payment payment, Outcome desired, DateTimeOffset at, IReadOnlyCollection<string> keys)
    {
        var now = payment.Outcome;
        if (now.Says(desired)) return null;
        var (points, kept) = PointsSteps(now, desired, keys);
        return new PaymentIntent(
            payment.Intents + 1, at, [.. points.OrderByDescending(s => s.IsTakenBack)],
            [.. FigureSteps(now, desired)], desired with { Kept = kept });
    }

    private static (List<PointsStep> Steps, ImmutableSortedDictionary<string, long> Kept) PointsSteps(
        Outcome now, Outcome desired, IReadOnlyCollection<string> keys)
    {
        var (steps, kept) = (new List<PointsStep>(), now.Kept);
        var isSame = now.ProfileKey == desired.ProfileKey;
        foreach (var program in now.Points.Keys.Union(desired.Points.Keys).Order(StringComparer.Ordinal))
        {
            var had = now.Points.GetValueOrDefault(program);
            var due = desired.Points.GetValueOrDefault(program);
            var takenBack = isSame ? Math.Max(0, had - due) : had;
            var added = isSame ? Math.Max(0, due - had) : due;
            if (takenBack > 0) steps.Add(new PointsStep(now.ProfileKey!, program, takenBack, IsTakenBack: true));
            // What the customer was left with is there already.
            foreach (var key in keys.Select(k => Outcome.KeptKey(k, program)))
            {
                var part = Math.Min(added, kept.GetValueOrDefault(key));
                added -= part;
                kept = kept.GetValueOrDefault(key) == part ? kept.Remove(key) : kept.SetItem(key, kept[key] - part);
            }

            if (added > 0) steps.Add(new PointsStep(desired.ProfileKey!, program, added, IsTakenBack: false));
        }

        return (steps, kept);
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
