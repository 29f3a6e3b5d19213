using System.Collections.Immutable;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
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
    PaymentTable payments, PaymentPlaces places, PaymentOwners owners, ProgramCatalog programs, PaymentSteps steps,
    DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's kind of work for payments that may have been left unfinished.</summary>
    public const string DueKind = "payment";

    /// <summary>How long after its last mark a payment is looked at again: long enough that it is done by then.
    /// </summary>
    public static readonly TimeSpan SweepAfter = TimeSpan.FromMinutes(1);

    /// <summary>Brings one payment up to date. A fault leaves it to the next one who comes by.</summary>
    public Task ReconcileAsync(PaymentKey key, CancellationToken cancel) =>
        ReconcileAsync(key, areLinksNew: false, cancel);

    /// <summary>Brings one payment up to date after links of its card have changed; true when it led to something else.
    /// Where there is nothing to do, another may be about to write what it has read of the links before: it is made to
    /// fail, and decides anew.</summary>
    public Task<bool> ReconcileAnewAsync(PaymentKey key, CancellationToken cancel) =>
        ReconcileAsync(key, areLinksNew: true, cancel);

    private async Task<bool> ReconcileAsync(PaymentKey key, bool areLinksNew, CancellationToken cancel)
    {
        var isChanged = false;
        var done = await Contention.RetryAsync<bool>(
            async c =>
            {
                var stored = await FinishIntentsAsync(await payments.FindAsync(key, c), c);
                if (stored.Payment is null || await PlanAsync(stored.Payment, key, c) is not { } planned)
                    return !areLinksNew || await payments.FenceAsync(stored, c) ? true : null;
                var mark = await due.MarkAsync(DueKind, key.ToString(), clock.GetUtcNow() + SweepAfter, c);
                await FinishAsync(await payments.WriteAsync(stored, planned, c), c);
                await due.RemoveAsync(mark, c);
                isChanged = true;
                return true;
            },
            cancel);
        return done.IsOk ? isChanged : throw new PaymentContendedException();
    }

    /// <summary>Does what was begun and nothing else, and answers the payment as it is then. A lost race is a fault
    /// that <see cref="Contention"/> knows.</summary>
    public async Task<StoredPayment> FinishIntentsAsync(StoredPayment stored, CancellationToken cancel)
    {
        while (stored.Payment?.Intent is not null) stored = await FinishAsync(stored, cancel);
        return stored;
    }

    private async Task<Payment?> PlanAsync(Payment payment, PaymentKey key, CancellationToken cancel)
    {
        var summary = PaymentSummary.Of(payment.Facts);
        var owner = await owners.FindAsync(key, payment, summary, cancel);
        var rates = payment.Rates ?? (owner is null ? [] : await RatesAsync(payment, key, cancel));
        var desired = Reconciliation.Desired(
            summary, owner, rates, (rate, net) => PointsOf(rate, net, summary.Currency));
        // A terminal's clock may be ahead of ours; points never count from the future.
        var now = clock.GetUtcNow();
        var at = summary.OccurredAt < now ? summary.OccurredAt : now;
        return Reconciliation.Plan(payment, desired, at, owner?.Keys ?? []) is { } intent
            ? payment with { Intent = intent, Intents = intent.Number, Rates = owner is null ? payment.Rates : rates }
            : null;
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
