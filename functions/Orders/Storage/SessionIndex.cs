using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders.Storage;

/// <summary>A row of a customer's sessions.</summary>
/// <param name="Position">Its place, newest first; also the cursor.</param>
/// <param name="Session">Which session.</param>
/// <param name="CreatedAt">When the session was begun, as the row has it.</param>
/// <param name="Customer">Under whose key it lies.</param>
/// <param name="Summary">The session once it was closed; null while it is open: then the session itself is
/// asked.</param>
public sealed record IndexedSession(
    string Position, SessionKey Session, DateTimeOffset CreatedAt, string Customer, SessionSummary? Summary)
{
    internal DueRow Row { get; init; }
}

/// <summary>
/// The sessions of each customer, newest first.
/// Table: <c>CustomerSessions</c>. PK: <c>{env}|{profile key}</c>. RK: <c>s|{ticks of the creation, inverted}|{session
/// key}</c> for every session, <c>c|{ticks of the close, inverted}|{session key}</c> for every one that was closed,
/// also when it was cancelled since.
/// Example: <c>live|0198…</c>, <c>s|2516…|9f86…</c>, Number 1, Document <c>{"sessionId":"s-1",…}</c> once it is closed.
/// Queries: a page of a customer's sessions; a page of its sales; both one range. The sales of a run of customers, one
/// range of partitions.
/// <para>The first row is written before the session names the customer and taken away after it no longer does, so none
/// is missing and one too many is harmless: without a document the session itself is asked. A document is written by
/// the steps of an intent, whose number stands beside it: somebody who is late with an earlier intent changes nothing.
/// Both rows change in one transaction, and only while the first is there: an erasure that was faster leaves nothing to
/// write to.</para>
/// </summary>
public sealed class SessionIndex(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "CustomerSessions";

    private const string ListPrefix = "s|";
    private const string SalePrefix = "c|";
    private const string NumberColumn = "Number";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Lists a session under its customer. One call.</summary>
    public Task AddAsync(SessionKey key, Session session, CancellationToken cancel) => _table.UpsertEntityAsync(
        new TableEntity(Partition(key.Environment, session.Customer!.Key), ListRow(key, session.CreatedAt))
        {
            [NumberColumn] = session.Intent is null ? session.Intents : session.Intents - 1,
        },
        TableUpdateMode.Replace, cancel);

    /// <summary>The row of a session under its customer, or null.</summary>
    public async Task<IndexedSession?> FindAsync(SessionKey key, Session session, CancellationToken cancel)
    {
        var customer = session.Customer!.Key;
        var row = await _table.FindAsync(
            Partition(key.Environment, customer), ListRow(key, session.CreatedAt), cancel);
        return row is null ? null : Read(key.Environment, customer, row);
    }

    /// <summary>Writes down what an intent has made of a session; false when it is no longer listed. Two calls. A lost
    /// race is a fault that <see cref="Contention"/> knows.</summary>
    /// <param name="key">The session.</param>
    /// <param name="before">As it was, with the intent.</param>
    /// <param name="after">As it is once that is done.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<bool> TryWriteAsync(
        SessionKey key, Session before, Session after, CancellationToken cancel)
    {
        var partition = Partition(key.Environment, before.Customer!.Key);
        var listRow = ListRow(key, before.CreatedAt);
        if (await _table.FindAsync(partition, listRow, cancel) is not { } listed) return false;
        if (listed.GetInt64(NumberColumn) >= after.Intents) return true;
        var batch = new TableBatch(_table, partition);
        var row = new TableEntity(partition, listRow) { [NumberColumn] = after.Intents };
        if (after.Close is null && before.Close is { } close) batch.Delete(SaleRow(key, close.At), ETag.All);
        if (after.Close is not null)
        {
            var sale = SessionSale.Of(after);
            Write(row, sale.Summary);
            batch.Upsert(Write(new TableEntity(partition, SaleRow(key, sale.At)), sale));
        }

        await batch.Replace(row, listed.ETag).CommitAsync(cancel);
        return true;
    }

    /// <summary>Takes a row away that is still as it was read.</summary>
    public Task RemoveAsync(IndexedSession listed, CancellationToken cancel) =>
        _table.TryDeleteAsync(listed.Row.Partition, listed.Row.Key, listed.Row.ETag, cancel);

    /// <summary>Takes both rows of a session away, whatever they hold. Two calls.</summary>
    public async Task ForgetAsync(IndexedSession listed, Session? session, CancellationToken cancel)
    {
        if (session?.ClosedAt is { } closedAt)
            await _table.DeleteEntityAsync(
                listed.Row.Partition, SaleRow(listed.Session, closedAt), ETag.All, cancel);
        await _table.DeleteEntityAsync(listed.Row.Partition, listed.Row.Key, ETag.All, cancel);
    }

    /// <summary>A customer's sessions from one place on, newest first, read page by page.</summary>
    public IAsyncEnumerable<IndexedSession> ReadAsync(
        AppEnvironment environment, ProfileKey customer, string? after, int pageSize, CancellationToken cancel) =>
        ReadAsync(environment, customer, ListPrefix, after, pageSize, Read, cancel);

    /// <summary>A customer's sales from one place on, newest first, read page by page.</summary>
    public IAsyncEnumerable<(string Position, SessionSale? Sale)> ReadSalesAsync(
        AppEnvironment environment, ProfileKey customer, string? after, int pageSize, CancellationToken cancel) =>
        ReadAsync(
            environment, customer, SalePrefix, after, pageSize,
            (_, _, row) => (row.RowKey[SalePrefix.Length..], Document<SessionSale>(row)), cancel);

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

    /// <summary>The sales of a run of customers, customer by customer, each newest first.</summary>
    public async IAsyncEnumerable<(string Customer, string Position, SessionSale Sale)> ScanSalesAsync(
        AppEnvironment environment, KeyRange customers, [EnumeratorCancellation] CancellationToken cancel)
    {
        var prefix = Partition(environment, "");
        var (first, end) = (customers.FirstPartition(prefix), customers.EndPartition(prefix));
        var (from, before) = (SalePrefix, SalePrefix + "~");
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {first} and PartitionKey lt {end} and RowKey ge {from} and RowKey lt {before}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            if (Document<SessionSale>(row) is { } sale)
                yield return (row.PartitionKey[prefix.Length..], row.RowKey[SalePrefix.Length..], sale);
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(
        AppEnvironment environment, ProfileKey customer, string prefix, string? after, int pageSize,
        Func<AppEnvironment, string, TableEntity, T> read, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Positions hold digits and bars only, so nothing lies between one and itself with a blank.
        var from = after is null ? prefix : prefix + after + " ";
        var filter = TableRows.Range(Partition(environment, customer.ToString()), from, prefix + "~");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancel))
            yield return read(environment, customer.ToString(), row);
    }

    private static IndexedSession Read(AppEnvironment environment, string customer, TableEntity row)
    {
        var position = row.RowKey[ListPrefix.Length..];
        var bar = position.IndexOf('|', StringComparison.Ordinal);
        var ticks = long.Parse(position[..bar], CultureInfo.InvariantCulture);
        return new IndexedSession(
            position, new SessionKey(environment, position[(bar + 1)..]),
            new DateTimeOffset(DateTimeOffset.MaxValue.UtcTicks - ticks, TimeSpan.Zero), customer,
            Document<SessionSummary>(row))
        {
            Row = new DueRow(row.PartitionKey, row.RowKey, row.ETag),
        };
    }

    private static T? Document<T>(TableEntity row)
        where T : class => row.GetDocument("Document") is { } json
            ? Json.Read<T>(Encoding.UTF8.GetString(json))
            : null;

    private static TableEntity Write<T>(TableEntity row, T document)
    {
        row.SetDocument("Document", Encoding.UTF8.GetBytes(Json.Write(document)));
        return row;
    }

    private static string ListRow(SessionKey key, DateTimeOffset createdAt) =>
        ListPrefix + Newest.First(createdAt, key.Id);

    private static string SaleRow(SessionKey key, DateTimeOffset closedAt) =>
        SalePrefix + Newest.First(closedAt, key.Id);

    private static string Partition(AppEnvironment environment, string customer) => $"{environment.Name()}|{customer}";
}
