using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Terminals.Storage;

/// <summary>A row of a customer's payments.</summary>
/// <param name="Position">Its place, newest first; also the cursor.</param>
/// <param name="Payment">Which payment.</param>
/// <param name="OccurredAt">When it was paid, as the row has it.</param>
/// <param name="Customer">Under whose key it lies.</param>
public sealed record CustomerPayment(
    string Position, PaymentKey Payment, DateTimeOffset OccurredAt, string Customer)
{
    internal DueRow Row { get; init; }
}

/// <summary>
/// The payments of each customer, newest first.
/// Table: <c>CustomerPayments</c>. PK: <c>{env}|{profile key}</c>. RK: <c>{ticks, inverted}|{payment key}</c>.
/// Example: <c>live|0198…</c>, <c>2516…|9f86…</c>, no further columns.
/// Queries: a page of a customer's payments, one range; those of a run of customers, one range of partitions.
/// <para>A row is written before the payment names the customer and taken away after it no longer does: whoever reads
/// asks the payment itself, so a row too many is harmless and none is missing.</para>
/// </summary>
public sealed class CustomerPayments(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "CustomerPayments";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Lists a payment under its customer. One call.</summary>
    public Task AddAsync(
        PaymentKey payment, string customer, DateTimeOffset occurredAt, CancellationToken cancel) =>
        _table.UpsertEntityAsync(
            new TableEntity(Partition(payment.Environment, customer), Newest.First(occurredAt, payment.Id)),
            TableUpdateMode.Replace, cancel);

    /// <summary>The row of a payment under a customer, or null.</summary>
    public async Task<CustomerPayment?> FindAsync(
        PaymentKey payment, string customer, DateTimeOffset occurredAt, CancellationToken cancel)
    {
        var partition = Partition(payment.Environment, customer);
        var row = await _table.FindAsync(partition, Newest.First(occurredAt, payment.Id), cancel);
        return row is null ? null : Read(payment.Environment, customer, row);
    }

    /// <summary>Takes a row away that is still as it was read.</summary>
    public Task RemoveAsync(CustomerPayment listed, CancellationToken cancel) =>
        _table.TryDeleteAsync(listed.Row.Partition, listed.Row.Key, listed.Row.ETag, cancel);

    /// <summary>Takes a row away, whatever it holds.</summary>
    public Task ForgetAsync(CustomerPayment listed, CancellationToken cancel) =>
        _table.DeleteEntityAsync(listed.Row.Partition, listed.Row.Key, ETag.All, cancel);

    /// <summary>A customer's payments from one place on, newest first, read page by page.</summary>
    public async IAsyncEnumerable<CustomerPayment> ReadAsync(
        AppEnvironment environment, ProfileKey customer, string? after, int pageSize,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        // Positions hold digits and bars only, so nothing lies between one and itself with a blank.
        var from = after is null ? "" : after + " ";
        var filter = TableRows.Range(Partition(environment, customer.ToString()), from, "~");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancel))
            yield return Read(environment, customer.ToString(), row);
    }

    /// <summary>The first customer that anything lies under, or null. One call.</summary>
    public async Task<string?> FirstCustomerAsync(AppEnvironment environment, CancellationToken cancel)
    {
        var (first, end) = (Partition(environment, ""), Partition(environment, "~"));
        var rows = _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {end}"), maxPerPage: 1,
            ["PartitionKey"], cancel);
        await foreach (var row in rows) return row.PartitionKey[first.Length..];
        return null;
    }

    /// <summary>The payments of a run of customers, customer by customer, each newest first.</summary>
    public async IAsyncEnumerable<CustomerPayment> ScanAsync(
        AppEnvironment environment, KeyRange customers, [EnumeratorCancellation] CancellationToken cancel)
    {
        var prefix = Partition(environment, "");
        var (first, end) = (customers.FirstPartition(prefix), customers.EndPartition(prefix));
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {end}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            yield return Read(environment, row.PartitionKey[prefix.Length..], row);
    }

    private static CustomerPayment Read(AppEnvironment environment, string customer, TableEntity row)
    {
        var bar = row.RowKey.IndexOf('|', StringComparison.Ordinal);
        var ticks = long.Parse(row.RowKey[..bar], CultureInfo.InvariantCulture);
        return new CustomerPayment(
            row.RowKey, new PaymentKey(environment, row.RowKey[(bar + 1)..]),
            new DateTimeOffset(DateTimeOffset.MaxValue.UtcTicks - ticks, TimeSpan.Zero), customer)
        {
            Row = new DueRow(row.PartitionKey, row.RowKey, row.ETag),
        };
    }

    private static string Partition(AppEnvironment environment, string customer) => $"{environment.Name()}|{customer}";
}
