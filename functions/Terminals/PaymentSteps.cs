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
            if (!await DoAsync(key, payment, step, change, cancel))
                after = Without(after, payment, step);
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

    // A program that is no longer there or active gives nothing: what was there before the step still is.
    private static Outcome Without(Outcome after, Payment payment, PointsStep step)
    {
        var before = payment.Outcome.ProfileKey == after.ProfileKey
            ? payment.Outcome.Points.GetValueOrDefault(step.Program)
            : 0;
        return after with
        {
            Points = before == 0 ? after.Points.Remove(step.Program) : after.Points.SetItem(step.Program, before),
        };
    }

    private async Task<bool> DoAsync(
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
        return answer.IsOk || step.IsTakenBack;
    }
}
