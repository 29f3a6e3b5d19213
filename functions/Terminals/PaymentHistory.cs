using System.Runtime.CompilerServices;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>What a customer paid at terminals, newest first, under all keys that the customer has.</summary>
public sealed class PaymentHistory(CustomerPayments customers, PaymentTable payments)
{
    /// <summary>Rows that storage gives at a time. Source: Azure Table Storage scalability targets.</summary>
    private const int PageSizeMax = 1000;

    /// <summary>A customer's payments from one place on. One call for each key and page, and one for each payment.
    /// </summary>
    public async IAsyncEnumerable<(string Position, Payment Payment)> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> customer, string? after, int pageSize,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        // Rows are asked side by side, so some more than a page are read.
        var size = Math.Min(pageSize + StorageAtOnce.Max, PageSizeMax);
        var rows = SortedMerge.OfAsync(
            customer.Select(key => customers.ReadAsync(environment, key, after, size, cancel)),
            r => r.Position, cancel);
        await foreach (var (row, payment) in FindAsync(rows, cancel)) yield return (row.Position, payment);
    }

    /// <summary>The first key that payments lie under, or null. One call.</summary>
    public Task<string?> FirstCustomerAsync(AppEnvironment environment, CancellationToken cancel) =>
        customers.FirstCustomerAsync(environment, cancel);

    /// <summary>The payments of all customers in a run of keys, customer by customer, each newest first. One call for
    /// 1,000 rows, and one for each payment.</summary>
    public IAsyncEnumerable<(CustomerPayment Row, Payment Payment)> ScanAsync(
        AppEnvironment environment, KeyRange keys, CancellationToken cancel) =>
        FindAsync(customers.ScanAsync(environment, keys, cancel), cancel);

    private async IAsyncEnumerable<(CustomerPayment Row, Payment Payment)> FindAsync(
        IAsyncEnumerable<CustomerPayment> rows, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var some in rows.Chunk(StorageAtOnce.Max).WithCancellation(cancel))
            foreach (var (row, payment) in some.Zip(await Task.WhenAll(some.Select(row => FindAsync(row, cancel)))))
                if (payment is not null) yield return (row, payment);
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
