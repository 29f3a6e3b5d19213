using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Terminals.Storage;

/// <summary>Where a payment lies. Transaction ids belong to an application.</summary>
public readonly record struct PaymentKey(AppEnvironment Environment, string Id)
{
    /// <summary>The key of an application's payment.</summary>
    public static PaymentKey Of(AppEnvironment environment, string application, string transactionId) =>
        new(environment, Hash.Hex("payment", application, transactionId));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static PaymentKey Parse(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return new PaymentKey(AppEnvironments.Parse(text[..bar]), text[(bar + 1)..]);
    }

    /// <summary><c>live|9f86…</c>.</summary>
    public override string ToString() => $"{Environment.Name()}|{Id}";
}

/// <summary>A payment as it was read, or the empty place where it will be.</summary>
public sealed record StoredPayment(PaymentKey Key, Payment? Payment)
{
    internal ETag ETag { get; init; }

    internal long EventSequence { get; init; }

    internal bool OutboxMarked { get; init; }
}

/// <summary>
/// Payments. Table: <c>Payments</c>. PK: <c>{env}|{sha256(application, transaction id)}</c>. RK: <c>h</c>; events
/// waiting to be published lie beside it (<see cref="Outbox"/>).
/// Example: <c>live|9f86…</c>, <c>h</c>, Document <c>{"transactionId":"t-1",…}</c>, EventSequence 1.
/// A row without a document is a fence, as in the sessions' table.
/// Queries: one payment by its key.
/// </summary>
public sealed class PaymentTable(StorageAccount storage, Outbox outbox)
{
    /// <summary>The table.</summary>
    public const string TableName = "Payments";

    private const string HeadRow = "h";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One payment, or its empty place.</summary>
    public async Task<StoredPayment> FindAsync(PaymentKey key, CancellationToken cancel) =>
        await _table.FindAsync(key.ToString(), HeadRow, cancel) is { } row
            ? new StoredPayment(key, row.GetDocument("Document") is { } json ? Read(json) : null)
            {
                ETag = row.ETag,
                EventSequence = row.GetInt64("EventSequence") ?? 0,
                OutboxMarked = row.GetBoolean("OutboxMarked") ?? false,
            }
            : new StoredPayment(key, Payment: null);

    /// <summary>Writes a payment that is still as it was read. A lost race is a fault that
    /// <see cref="Contention"/> knows.</summary>
    public async Task<StoredPayment> WriteAsync(
        StoredPayment stored, Payment next, CancellationToken cancel, params DomainEvent[] events)
    {
        var row = Row(stored, next);
        var place = Place(stored.Key);
        if (events.Length > 0 && Outbox.NeedsMark(row)) await outbox.MarkAsync(place, cancel);
        var batch = new TableBatch(_table, row.PartitionKey);
        if (events.Length > 0) Outbox.Append(batch, place, stored.Key.Environment, row, events);
        if (stored.ETag == default) batch.Insert(row);
        else batch.Replace(row, stored.ETag);
        var etag = await batch.CommitAsync(cancel, HeadRow);
        return stored with
        {
            Payment = next,
            ETag = etag,
            EventSequence = row.GetInt64("EventSequence") ?? 0,
            OutboxMarked = row.GetBoolean("OutboxMarked") ?? false,
        };
    }

    /// <summary>Makes every writer fail that read the payment before now; false when one was faster.</summary>
    public async Task<bool> FenceAsync(StoredPayment stored, CancellationToken cancel)
    {
        var row = new TableEntity(stored.Key.ToString(), HeadRow);
        if (stored.ETag == default) return await _table.TryInsertAsync(row, cancel);
        row["Fence"] = Guid.NewGuid();
        try
        {
            await _table.UpdateEntityAsync(row, stored.ETag, TableUpdateMode.Merge, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return false;
        }
    }

    private static OutboxPlace Place(PaymentKey key) =>
        new(TableName, key.ToString(), HeadRow, new Aggregate("payment", key.ToString()));

    private static TableEntity Row(StoredPayment stored, Payment next)
    {
        var row = new TableEntity(stored.Key.ToString(), HeadRow)
        {
            ["EventSequence"] = stored.EventSequence,
            ["OutboxMarked"] = stored.OutboxMarked,
        };
        row.SetDocument("Document", JsonSerializer.SerializeToUtf8Bytes(next, Json.Options));
        return row;
    }

    private static Payment Read(byte[] json) => JsonSerializer.Deserialize<Payment>(json, Json.Options)
        ?? throw new JsonException("A stored payment is null.");
}
