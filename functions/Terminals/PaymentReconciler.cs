using System.Collections.Immutable;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>
/// Makes wallets and figures say what a payment says: whose it is by its card, and what it earns by its net amount.
/// What has to be done is written into the payment first, then done in steps that may be repeated, then noted as done.
/// Whoever comes by, another message, a learned card or the sweeper, finishes what was left.
/// </summary>
public sealed class PaymentReconciler(
    PaymentTable payments, PaymentPlaces places, FingerprintBook book, ProgramCatalog programs, PaymentSteps steps,
    DueIndex due, TimeProvider clock)
{
    /// <summary>Brings one payment up to date. A fault leaves it to the next one who comes by.</summary>
    public async Task ReconcileAsync(PaymentKey key, CancellationToken cancel)
    {
        var done = await Contention.RetryAsync<bool>(
            async c =>
            {
                var stored = await payments.FindAsync(key, c);
                stored = await FinishIntentsAsync(stored, c);
                if (stored.Payment is null || await PlanAsync(stored.Payment, key, c) is not { } planned) return true;
                var mark = await due.MarkAsync(
                    PaymentIntake.DueKind, key.ToString(), clock.GetUtcNow() + PaymentIntake.SweepAfter, c);
                await FinishAsync(await payments.WriteAsync(stored, planned, c), c);
                await due.RemoveAsync(mark, c);
                return true;
            },
            cancel);
        if (!done.IsOk) throw new PaymentContendedException();
    }

    /// <summary>Does what was begun and nothing else, and answers the payment as it is then. A lost race is a fault
    /// that
    /// <see cref="Contention"/> knows.</summary>
    public async Task<StoredPayment> FinishIntentsAsync(StoredPayment stored, CancellationToken cancel)
    {
        while (stored.Payment?.Intent is not null) stored = await FinishAsync(stored, cancel);
        return stored;
    }

    private async Task<Payment?> PlanAsync(Payment payment, PaymentKey key, CancellationToken cancel)
    {
        var summary = PaymentSummary.Of(payment.Facts);
        var owner = await FindOwnerAsync(payment, summary, key, cancel);
        var rates = payment.Rates ?? (owner is null ? [] : await RatesAsync(payment, key, cancel));
        var desired = Reconciliation.Desired(
            summary, owner?.ProfileKey, owner?.EvidenceAt ?? default, rates,
            (rate, net) => PointsOf(rate, net, summary.Currency));
        // A terminal's clock may be ahead of ours; points never count from the future.
        var now = clock.GetUtcNow();
        var at = summary.OccurredAt < now ? summary.OccurredAt : now;
        return Reconciliation.Plan(payment, desired, at) is { } intent
            ? payment with { Intent = intent, Intents = intent.Number, Rates = owner is null ? payment.Rates : rates }
            : null;
    }

    // The payment is filed under its card before the links are read: whoever learns the card does it the other way
    // round, so at least one of the two sees both.
    private async Task<FingerprintLink?> FindOwnerAsync(
        Payment payment, PaymentSummary summary, PaymentKey key, CancellationToken cancel)
    {
        // Nothing tells whose it was any more; it stays where it is.
        if (payment is { IsErased: true, Outcome.ProfileKey: { } erased })
            return new FingerprintLink("", erased, summary.OccurredAt);
        if (payment.Facts.Completed?.Fingerprint is not { } fingerprint) return null;
        var card = FingerprintKey.Of(key.Environment, fingerprint);
        await book.AddPaymentAsync(card, summary.OccurredAt, key.Id, cancel);
        return await book.FindOwnerAsync(card, summary.OccurredAt, cancel);
    }

    private async Task<ImmutableArray<Rate>> RatesAsync(Payment payment, PaymentKey key, CancellationToken cancel)
    {
        var applicable = await programs.ApplicableAsync(key.Environment, payment.Application, cancel);
        return
        [
            .. applicable.Select(p => new Rate(
                p.Name, p.Earn.PointsPerUnit, p.Earn.Rounding.ToString(), p.Earn.Retroactive, p.Earn.RetroactiveDays)),
        ];
    }

    private static long PointsOf(Rate rate, long net, string currency) =>
        new EarnRule(rate.PointsPerUnit, Enum.Parse<EarnRounding>(rate.Rounding)).PointsFor(net, currency).Hundredths;

    private async Task<StoredPayment> FinishAsync(StoredPayment stored, CancellationToken cancel)
    {
        var payment = stored.Payment!;
        var after = await steps.DoAsync(stored.Key, payment, cancel);
        var next = payment with { Intent = null, Outcome = after };
        var move = await places.EnterAsync(stored.Key, payment, next, cancel);
        if (move.IsToNobody) next = PaymentErasure.Of(next);
        var written = await payments.WriteAsync(stored, next, cancel, move.IsToAnother ? [Linked(next)] : []);
        await places.LeaveAsync(stored.Key, payment, move, cancel);
        return written;
    }

    private DomainEvent Linked(Payment payment) => DomainEvent.Of(
        new PaymentLinked(
            payment.TransactionId, payment.Application, payment.Outcome.ProfileKey,
            [.. payment.Outcome.Points.Select(p => new PointsEarned(p.Key, p.Value / 100m))]),
        clock.GetUtcNow());
}
