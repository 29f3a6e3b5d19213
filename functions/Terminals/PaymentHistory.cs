using System.Runtime.CompilerServices;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>What a customer paid at terminals, newest first, under all keys that the customer has.</summary>
public sealed class PaymentHistory(CustomerPayments customers, PaymentTable payments)
{
    /// <summary>A customer's payments from one place on. One call for each key and page, and one for each payment.
    /// </summary>
    public async IAsyncEnumerable<(string Position, Payment Payment)> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> customer, string? after, int pageSize,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var rows = SortedMerge.OfAsync(
            customer.Select(key => customers.ReadAsync(environment, key, after, pageSize, cancel)),
            r => r.Position, cancel);
        await foreach (var some in rows.Chunk(StorageAtOnce.Max).WithCancellation(cancel))
            foreach (var (row, payment) in some.Zip(await Task.WhenAll(some.Select(row => FindAsync(row, cancel)))))
                if (payment is not null) yield return (row.Position, payment);
    }

    // Rows may outlive what they pointed to: the payment itself has the last word.
    private async Task<Payment?> FindAsync(CustomerPayment row, CancellationToken cancel)
    {
        var payment = (await payments.FindAsync(row.Payment, cancel)).Payment;
        return payment?.Outcome.ProfileKey == row.Customer && payment.Outcome.OccurredAt == row.OccurredAt
            ? payment
            : null;
    }
}
