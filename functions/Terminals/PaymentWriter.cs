using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>Writes what has become known of a payment, or been said of it, and does what follows from it.</summary>
public sealed class PaymentWriter(
    PaymentTable payments, PaymentIndex index, PaymentReconciler reconciler, DueIndex due, TimeProvider clock)
{
    /// <summary>Changes a payment, or makes it, and brings wallets and figures up to date. Null, or the refusal; a
    /// passing fault is thrown. Fails with: what the change fails with, contention.</summary>
    /// <param name="key">Which payment.</param>
    /// <param name="change">From the payment as it is, null while it is not known, to what it should be; the very same
    /// object when that says nothing new.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Error?> ChangeAsync(
        PaymentKey key, Func<Payment?, Result<Payment>> change, CancellationToken cancel)
    {
        DueItem? mark = null;
        var kept = await Contention.RetryAsync<StoredPayment>(
            async c =>
            {
                var stored = await payments.FindAsync(key, c);
                if (!change(stored.Payment).Try(out var next, out var refusal)) return refusal;
                if (ReferenceEquals(next, stored.Payment)) return stored;
                mark = await due.MarkAsync(
                    PaymentReconciler.DueKind, key.ToString(), clock.GetUtcNow() + PaymentReconciler.SweepAfter, c);
                if (stored.Payment is null) await ListAsync(key, next.KnownAt, c);
                return await payments.WriteAsync(stored, next, c);
            },
            cancel);
        if (kept.Error is { } error) return error;
        await reconciler.ReconcileAsync(key, cancel);
        if (mark is not null) await due.RemoveAsync(mark, cancel);
        return null;
    }

    private async Task ListAsync(PaymentKey key, DateTimeOffset knownAt, CancellationToken cancel)
    {
        await index.AddAsync(PaymentLists.All(key.Environment), knownAt, key.Id, cancel);
        await index.AddAsync(PaymentLists.Unlinked(key.Environment), knownAt, key.Id, cancel);
    }
}
