using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>Takes card and words out of the payments of a customer who is erased. What was done stays done: the payment
/// keeps its owner's key, amounts and points, also when the terminal says more of it later.</summary>
public sealed class ForgottenPayments(
    CustomerPayments customers, PaymentTable payments, PaymentReconciler reconciler, FingerprintBook book) : IForgets
{
    private const int PageSize = 1000;

    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var rows = customers.ReadAsync(environment, key, null, PageSize, cancel);
        await Parallel.ForEachAsync(
            rows, new ParallelOptions { MaxDegreeOfParallelism = StorageAtOnce.Max, CancellationToken = cancel },
            async (row, c) =>
            {
                await ForgetAsync(row, c);
                await customers.ForgetAsync(row, c);
            });
    }

    private async Task ForgetAsync(CustomerPayment row, CancellationToken cancel)
    {
        var done = await Contention.RetryAsync<bool>(async c => await TryAsync(row, c) ? true : null, cancel);
        if (!done.IsOk) throw new PaymentContendedException();
    }

    private async Task<bool> TryAsync(CustomerPayment row, CancellationToken cancel)
    {
        var stored = await reconciler.FinishIntentsAsync(await payments.FindAsync(row.Payment, cancel), cancel);
        // A writer that was about to give the payment to the customer fails, and finds nobody.
        if (stored.Payment is not { } payment || payment.Outcome.ProfileKey != row.Customer)
            return await payments.FenceAsync(stored, cancel);
        if (payment.Facts.Completed?.Fingerprint is { } fingerprint)
            await book.RemovePaymentAsync(
                FingerprintKey.Of(row.Payment.Environment, fingerprint), row.OccurredAt, row.Payment.Id, cancel);
        if (!payment.IsErased) await payments.WriteAsync(stored, PaymentErasure.Of(payment), cancel);
        return true;
    }
}
