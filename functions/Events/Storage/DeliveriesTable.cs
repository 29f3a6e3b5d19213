using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events.Storage;

/// <summary>A subscription's deliveries of one aggregate, which go out in their order.</summary>
/// <param name="Environment">The subscription's environment.</param>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Aggregate">First 32 hex digits of the SHA-256 of the event's subject.</param>
public readonly record struct DeliveryLine(AppEnvironment Environment, string SubscriptionId, string Aggregate)
{
    /// <summary>The line that an event waits in.</summary>
    public static DeliveryLine Of(AppEnvironment environment, string subscriptionId, string subject) =>
        new(environment, subscriptionId, Hash.Hex(subject)[..32]);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static DeliveryLine Parse(string text)
    {
        var parts = text.Split('|');
        return new DeliveryLine(AppEnvironments.Parse(parts[0]), parts[1], parts[2]);
    }

    /// <summary><c>live|4e1a…|9f86…</c>, the line's partition.</summary>
    public override string ToString() => $"{Environment.Name()}|{SubscriptionId}|{Aggregate}";
}

/// <summary>Where a delivery lies that was given up.</summary>
public readonly record struct DeadPlace(AppEnvironment Environment, string SubscriptionId, string EventId)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static DeadPlace Parse(string text)
    {
        var parts = text.Split('|');
        return new DeadPlace(AppEnvironments.Parse(parts[0]), parts[1], parts[2]);
    }

    /// <summary><c>live|4e1a…|a3c1…</c>.</summary>
    public override string ToString() => $"{Environment.Name()}|{SubscriptionId}|{EventId}";
}

/// <summary>A delivery, its event, and its row as it was read.</summary>
public sealed record StoredDelivery(WebhookDelivery Delivery, byte[] Event, ETag ETag);

/// <summary>
/// Events that wait for a receiver, and those that were given up.
/// Table: <c>WebhookDeliveries</c>. Those that wait: PK <c>{env}|{subscription id}|{line}</c>, RK <c>{sequence, 19
/// digits}|{event id}</c>. Those given up: PK <c>{env}|{subscription id}</c>, RK event id.
/// Example: <c>live|4e1a…|9f86…</c>, <c>0000000000000000007|a3c1…</c>, Type <c>points.added</c>, Attempts 2, DueAt,
/// Event.
/// Queries: the first of a line; one that was given up; a page of them; all of a subscription that is gone (a range of
/// partitions).
/// </summary>
public sealed class DeliveriesTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "WebhookDeliveries";

    /// <summary>Most deliveries of a line that are read at once: each may hold 64 KiB.</summary>
    public const int LineRowsMax = 20;

    private const int ClearedMax = 2_000;
    private const int ClearedAtOnce = 8;

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Lets an event wait; it waits once, however often it is told.</summary>
    public Task AddAsync(
        DeliveryLine line, WebhookDelivery delivery, byte[] message, CancellationToken cancel) =>
        _table.TryInsertAsync(Row(line.ToString(), LineKey(delivery), delivery, message), cancel);

    /// <summary>Lets a delivery wait as it is given, whatever is there.</summary>
    public Task PutAsync(DeliveryLine line, WebhookDelivery delivery, byte[] message, CancellationToken cancel) =>
        _table.UpsertEntityAsync(
            Row(line.ToString(), LineKey(delivery), delivery, message), TableUpdateMode.Replace, cancel);

    /// <summary>The first deliveries of a line, in their order.</summary>
    public async Task<IReadOnlyList<StoredDelivery>> ReadLineAsync(DeliveryLine line, CancellationToken cancel)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {line.ToString()}");
        return await ReadAsync(filter, LineRowsMax, cancel);
    }

    /// <summary>Changes a delivery that is still as it was read; null when it is not.</summary>
    public async Task<StoredDelivery?> TryChangeAsync(
        DeliveryLine line, StoredDelivery stored, WebhookDelivery next, CancellationToken cancel)
    {
        var row = Row(line.ToString(), LineKey(next), next, stored.Event);
        try
        {
            var answer = await _table.UpdateEntityAsync(row, stored.ETag, TableUpdateMode.Replace, cancel);
            return new StoredDelivery(next, stored.Event, answer.Headers.ETag ?? default);
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return null;
        }
    }

    /// <summary>Takes a delivery out of its line, whatever has become of it.</summary>
    public Task RemoveAsync(DeliveryLine line, WebhookDelivery delivery, CancellationToken cancel) =>
        _table.DeleteEntityAsync(line.ToString(), LineKey(delivery), ETag.All, cancel);

    /// <summary>Takes a delivery out of its line that is still as it was read; false when it is not.</summary>
    public Task<bool> TryRemoveAsync(DeliveryLine line, StoredDelivery stored, CancellationToken cancel) =>
        _table.TryDeleteAsync(line.ToString(), LineKey(stored.Delivery), stored.ETag, cancel);

    /// <summary>Keeps a delivery that was given up, whether or not it is kept already.</summary>
    public Task PutDeadAsync(DeadPlace place, WebhookDelivery delivery, byte[] message, CancellationToken cancel) =>
        _table.UpsertEntityAsync(
            Row(DeadPartition(place.Environment, place.SubscriptionId), place.EventId, delivery, message),
            TableUpdateMode.Replace, cancel);

    /// <summary>One that was given up, or null.</summary>
    public async Task<StoredDelivery?> FindDeadAsync(DeadPlace place, CancellationToken cancel) =>
        await _table.FindAsync(DeadPartition(place.Environment, place.SubscriptionId), place.EventId, cancel) is { } row
            ? Of(row)
            : null;

    /// <summary>Those that were given up, by event id, after one of them.</summary>
    public Task<IReadOnlyList<StoredDelivery>> ReadDeadAsync(
        AppEnvironment environment, string subscriptionId, string? after, int countMax, CancellationToken cancel)
    {
        var partition = DeadPartition(environment, subscriptionId);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after ?? ""}");
        return ReadAsync(filter, countMax, cancel);
    }

    /// <summary>Removes one that was given up and is still as it was read; false when it is not.</summary>
    public Task<bool> TryRemoveDeadAsync(DeadPlace place, StoredDelivery stored, CancellationToken cancel) =>
        _table.TryDeleteAsync(
            DeadPartition(place.Environment, place.SubscriptionId), place.EventId, stored.ETag, cancel);

    /// <summary>Removes deliveries of a subscription, as many as one run should; true when none is left.</summary>
    public async Task<bool> ClearAsync(AppEnvironment environment, string subscriptionId, CancellationToken cancel)
    {
        var from = DeadPartition(environment, subscriptionId);
        var range = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {from + "~"}");
        var found = await _table.QueryAsync<TableEntity>(
            range, select: ["PartitionKey", "RowKey"], cancellationToken: cancel).Take(ClearedMax).ToListAsync(cancel);
        await Parallel.ForEachAsync(
            found, new ParallelOptions { MaxDegreeOfParallelism = ClearedAtOnce, CancellationToken = cancel },
            async (row, c) => await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, c));
        return found.Count < ClearedMax;
    }

    private static string DeadPartition(AppEnvironment environment, string subscriptionId) =>
        $"{environment.Name()}|{subscriptionId}";

    private static string LineKey(WebhookDelivery delivery) =>
        $"{delivery.Sequence.ToString("D19", CultureInfo.InvariantCulture)}|{delivery.EventId}";

    private async Task<IReadOnlyList<StoredDelivery>> ReadAsync(string filter, int countMax, CancellationToken cancel)
    {
        var found = new List<StoredDelivery>();
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, countMax, cancellationToken: cancel))
        {
            found.Add(Of(row));
            if (found.Count == countMax) break;
        }

        return found;
    }

    private static TableEntity Row(string partition, string key, WebhookDelivery delivery, byte[] message)
    {
        var row = new TableEntity(partition, key)
        {
            ["EventId"] = delivery.EventId,
            ["Type"] = delivery.Type,
            ["Subject"] = delivery.Subject,
            ["Sequence"] = delivery.Sequence,
            ["Attempts"] = delivery.Attempts,
            ["DueAt"] = delivery.DueAt,
            ["BusyUntil"] = delivery.BusyUntil,
            ["LastAttemptAt"] = delivery.LastAttemptAt,
            ["LastStatus"] = delivery.LastStatus,
            ["Reason"] = delivery.Reason,
            ["DiedAt"] = delivery.DiedAt,
        };
        row.SetDocument("Event", message);
        return row;
    }

    private static StoredDelivery Of(TableEntity row) => new(
        new WebhookDelivery(
            row.GetString("EventId"), row.GetString("Type"), row.GetString("Subject"), row.GetInt64("Sequence")!.Value)
        {
            Attempts = row.GetInt32("Attempts") ?? 0,
            DueAt = row.GetDateTimeOffset("DueAt")!.Value.ToUniversalTime(),
            BusyUntil = row.GetDateTimeOffset("BusyUntil")?.ToUniversalTime(),
            LastAttemptAt = row.GetDateTimeOffset("LastAttemptAt")?.ToUniversalTime(),
            LastStatus = row.GetInt32("LastStatus"),
            Reason = row.GetString("Reason"),
            DiedAt = row.GetDateTimeOffset("DiedAt")?.ToUniversalTime(),
        },
        row.GetDocument("Event")!, row.ETag);
}
