using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>Carries out a payment's intent: points first, then figures. Each step has a change id of its own, made from
/// the payment and the intent's number, so that all of them may be done again.</summary>
public sealed class PaymentSteps(PointsLedger ledger, ProfileDirectory profiles)
{
    /// <summary>Does all steps of a payment's intent and answers what the payment has led to now.</summary>
    public async Task<Outcome> DoAsync(PaymentKey key, Payment payment, CancellationToken cancel)
    {
        var intent = payment.Intent!;
        var change = Change.Of("payment", key.ToString(), $"{intent.Number}");
        var after = intent.After;
        foreach (var step in intent.Points)
        {
            var done = await DoAsync(key, payment, step, change, cancel);
            after = step.IsTakenBack ? after.Short(step, done ?? 0)
                : done is null ? after.Without(step, payment.Outcome)
                : after;
        }

        foreach (var step in intent.Figures)
            await profiles.RecordPurchaseAsync(
                key.Environment, ProfileKey.Parse(step.ProfileKey),
                new Purchase(Orders: 0, step.Spent, step.Currency, DiscountMinor: 0, intent.At)
                {
                    Channel = SalesChannel.Terminal,
                    RefundedMinor = step.Refunded,
                },
                change.Step($"figures|{step.ProfileKey}|{step.Currency}"), cancel);
        return after;
    }

    // How many points it added or took, in hundredths; null when the program is no longer there or active.
    private async Task<long?> DoAsync(
        PaymentKey key, Payment payment, PointsStep step, Change change, CancellationToken cancel)
    {
        var wallet = new WalletId(key.Environment, step.Program, step.ProfileKey);
        var origin = new Origin("payment", key.Id);
        var by = $"application:{payment.Application}";
        var points = new Points(step.Hundredths);
        var answer = step.IsTakenBack
            ? await ledger.TakeBackAsync(
                wallet, new TakeBack(points, origin, by),
                change.Step($"take|{step.Program}"), cancel)
            : await ledger.AddAsync(
                wallet, new Grant(points, origin, by) { EffectiveAt = payment.Intent!.At, Rule = EarnRule.Name },
                change.Step($"add|{step.Program}"), cancel);
        if (answer.Error is { Kind: ErrorKind.Busy }) throw new PaymentContendedException();
        return answer.Try(out var done, out _) ? CountOf(done.Entry) : null;
    }

    // Points that have expired count as taken.
    private static long CountOf(LedgerEntry entry) => entry.Points.Hundredths
        + entry.Allocations.Where(a => a.Debt == Allocation.Expired).Sum(a => a.Points.Hundredths);
}
